using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Chat.Silo.Settings;

/// <summary>
/// Secrets from files: each by its <c>…File</c> setting, and all of a directory as Docker and Kubernetes mount them, one file for
/// each, named as in the environment (<c>Chat__Auth__SigningKey</c>). Environment and command line win over the directory.
/// </summary>
internal static class SecretFiles
{
    /// <summary>Names the directory.</summary>
    public const string DirectorySetting = "Chat:SecretsDirectory";

    /// <summary>Where Docker mounts secrets; read when it is there.</summary>
    private const string Usual = "/run/secrets";

    private const int BytesMax = 64 * 1024;

    /// <summary>What else in such a directory is a setting: certificates' passwords are the web server's.</summary>
    private static readonly string[] Prefixes = ["Chat__", "Kestrel__"];

    /// <summary>Adds the directory to the sources of configuration.</summary>
    public static void AddDirectory(ConfigurationManager configuration, List<string> wrong)
    {
        var asked = configuration[DirectorySetting];
        var directory = string.IsNullOrEmpty(asked) ? Usual : asked;
        if (!Directory.Exists(directory))
        {
            if (!string.IsNullOrEmpty(asked))
            {
                wrong.Add($"{DirectorySetting} '{asked}' is no directory.");
            }

            return;
        }

        try
        {
            // Files of other names belong to others: a secret called urls must not move our port.
            var source = new ConfigurationBuilder().AddKeyPerFile(files =>
            {
                files.FileProvider = new Microsoft.Extensions.FileProviders.PhysicalFileProvider(Path.GetFullPath(directory));
                files.Optional = true;
                files.IgnoreCondition = file => !Array.Exists(Prefixes, prefix => file.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
            }).Sources.Single();
            configuration.Sources.Insert(BeforeEnvironment(configuration), source);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            wrong.Add($"{DirectorySetting} '{directory}' cannot be read.");
        }
    }

    /// <summary>Reads the file of every secret that is given by one, and puts its text in the setting's place.</summary>
    public static void Read(ConfigurationManager configuration, KnownSettings known, List<string> wrong)
    {
        var read = new Dictionary<string, string?>();
        foreach (var secret in known.All.Where(setting => setting.IsSecret))
        {
            foreach (var path in Paths(configuration, secret.Path))
            {
                if (configuration[path + KnownSettings.FileSuffix] is { Length: > 0 } file)
                {
                    if (!string.IsNullOrEmpty(configuration[path]))
                    {
                        wrong.Add($"{path}{KnownSettings.FileSuffix} is given beside {path}; one of them is enough.");
                    }
                    else if (Text(path + KnownSettings.FileSuffix, file, wrong) is { } text)
                    {
                        read[path] = text;
                    }
                }
            }
        }

        if (read.Count > 0)
        {
            configuration.AddInMemoryCollection(read);
        }
    }

    /// <summary>A path, or for one in a list those of the list's entries.</summary>
    private static string[] Paths(ConfigurationManager configuration, string path)
    {
        var at = path.IndexOf(KnownSettings.Number, StringComparison.Ordinal);
        return at < 0
            ? [path]
            : configuration.GetSection(path[..(at - 1)]).GetChildren().Select(entry => entry.Path + path[(at + KnownSettings.Number.Length)..]).ToArray();
    }

    private static string? Text(string setting, string file, List<string> wrong)
    {
        // Somebody may have put the secret itself here: only what looks like a place is told.
        var shown = Path.IsPathRooted(file) && Directory.Exists(Path.GetPathRoot(file)) && !file.EndsWith('=') ? $"'{file}'" : "(not shown)";
        try
        {
            var info = new FileInfo(file);
            if (info.Length > BytesMax)
            {
                wrong.Add($"{setting} {shown} has {info.Length} bytes; it is at most {BytesMax}.");
                return null;
            }

            var text = File.ReadAllText(file).TrimEnd('\r', '\n');
            if (text.Length == 0)
            {
                wrong.Add($"{setting} {shown} is empty.");
                return null;
            }

            return text;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            wrong.Add($"{setting} {shown} cannot be read.");
            return null;
        }
    }

    private static int BeforeEnvironment(ConfigurationManager configuration)
    {
        for (var at = 0; at < configuration.Sources.Count; at++)
        {
            if (configuration.Sources[at] is EnvironmentVariablesConfigurationSource { Prefix: null or "" })
            {
                return at;
            }
        }

        return configuration.Sources.Count;
    }
}
