using Chat.Silo;
using Chat.Silo.Telemetry;

namespace Chat.WebFront.Options;

/// <summary>Names ports of a front that are one and the same, and addresses for browsers that are none.</summary>
internal static class FrontPorts
{
    private const string MetricsPort = $"{TelemetryOptions.Section}:{nameof(TelemetryOptions.MetricsPort)}";

    public static void Check(IConfiguration configuration, HostMode mode, List<string> wrong)
    {
        var used = new List<(string Setting, int Port)>();
        foreach (var url in configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
        {
            try
            {
                used.Add(("urls", BindingAddress.Parse(url).Port));
            }
            catch (FormatException)
            {
                wrong.Add($"urls (--urls, ASPNETCORE_URLS) holds '{url}', which is no address such as http://+:5080.");
            }
        }

        used.Add((MetricsPort, configuration.GetSection(TelemetryOptions.Section).GetValue(nameof(TelemetryOptions.MetricsPort), 0)));
        if (mode == HostMode.Node)
        {
            var silo = configuration.GetSection(ChatSiloOptions.Section).Get<ChatSiloOptions>() ?? new ChatSiloOptions();
            used.Add(($"{ChatSiloOptions.Section}:{nameof(silo.SiloPort)}", silo.SiloPort));
            used.Add(($"{ChatSiloOptions.Section}:{nameof(silo.GatewayPort)}", silo.GatewayPort));
        }

        // Two ports of the silo are its own validator's business.
        wrong.AddRange(used.Where(one => one.Port > 0).GroupBy(one => one.Port)
            .Select(same => (Port: same.Key, Settings: same.Select(one => one.Setting).Distinct().ToArray()))
            .Where(same => same.Settings.Length > 1 && !same.Settings.All(setting => setting.StartsWith(ChatSiloOptions.Section, StringComparison.Ordinal)))
            .Select(same => $"{string.Join(" and ", same.Settings)} are both {same.Port}; they must differ."));
    }
}
