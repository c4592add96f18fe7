namespace Chat.Grains.Storage;

/// <summary>A released step of the schema: never edited, always numbered by its place in the list, from 1.</summary>
/// <param name="Sql">What it does.</param>
/// <param name="Oldest">
/// The lowest number of steps that a program must know to work on a database with this step; 0 when only programs that
/// know the step itself can.
/// </param>
internal sealed record SchemaStep(string Sql, int Oldest)
{
    /// <summary>A step that programs without it cannot live with: it takes away or changes what they use.</summary>
    public static SchemaStep Alone(string sql) => new(sql, 0);

    /// <summary>
    /// A step that programs live with which know <paramref name="oldest"/> steps or more: it only adds what they neither read nor
    /// must write. Old and new programs may then run side by side, and an upgrade may be taken back.
    /// </summary>
    public static SchemaStep LivesWith(int oldest, string sql) => new(sql, oldest);
}
