using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chat.Silo.Settings;

/// <summary>
/// How every program reads its settings: secrets from files first, then each name and each type, then what the options' own
/// validators say, and all that is wrong told at once, before anything is opened.
/// </summary>
internal static class StartSettings
{
    /// <summary>Makes the builder of a program. Throws <see cref="OptionsValidationException"/> where not even its files can be found.</summary>
    public static WebApplicationBuilder Create(Func<WebApplicationBuilder> create)
    {
        try
        {
            return create();
        }
        catch (Exception error) when (error is DirectoryNotFoundException or NotSupportedException or UnauthorizedAccessException)
        {
            throw Wrong([$"contentRoot (--contentRoot, ASPNETCORE_CONTENTROOT) is no directory that can be read: {error.Message}"]);
        }
        catch (InvalidDataException error)
        {
            throw Wrong([$"{error.Message} {error.GetBaseException().Message}"]);
        }
    }

    /// <summary>Adds secrets from files to the configuration, and answers what is wrong with it so far. Values of a wrong type are replaced by their defaults.</summary>
    public static List<string> Read(ConfigurationManager configuration, KnownSettings known)
    {
        var wrong = new List<string>();
        SecretFiles.AddDirectory(configuration, wrong);
        SettingNames.Check(configuration, known, wrong);
        SecretFiles.Read(configuration, known, wrong);
        SettingTypes.Check(configuration, known, wrong);
        return wrong;
    }

    /// <summary>Throws <see cref="OptionsValidationException"/> that names what was wrong before and what the options' validators refuse.</summary>
    public static void Validate(IServiceProvider services, IReadOnlyList<string> wrong)
    {
        var failures = wrong.ToList();
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException one)
        {
            failures.AddRange(one.Failures);
        }
        catch (AggregateException several) when (several.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            failures.AddRange(several.InnerExceptions.SelectMany(inner => ((OptionsValidationException)inner).Failures));
        }

        if (failures.Count > 0)
        {
            throw Wrong(failures);
        }
    }

    private static OptionsValidationException Wrong(IEnumerable<string> failures) => new(KnownSettings.Root, typeof(KnownSettings), failures);
}
