namespace Chat.WebFront.Operator;

/// <summary>A grain host in the membership of the cluster.</summary>
/// <param name="Place">Address and port, or the machine.</param>
/// <param name="Status">In lower case: active, joining, shuttingdown, dead and so on.</param>
/// <param name="Activations">Grains in its memory, where it answered.</param>
/// <param name="StartedAt">Since when, where membership tells.</param>
internal sealed record SiloView(string Place, string Status, int? Activations, DateTimeOffset? StartedAt);
