using Chat.Grains.Settings;
using Chat.Grains.Storage;
using Chat.WebFront.Hosting;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Options;

/// <summary>Names every setting that is wrong, all at once, before anything starts.</summary>
internal sealed class FrontOptionsValidator(IConfiguration configuration) : IValidateOptions<FrontOptions>
{
    private const int KeyBytesMin = 32;

    /// <summary>Of 32 bytes of chance, fewer than 16 are different once in more starts than there will be.</summary>
    private const int KeyBytesDistinct = 16;

    public ValidateOptionsResult Validate(string? name, FrontOptions options)
    {
        var wrong = new List<string>();
        SettingRanges.Check(FrontOptions.Section, options, wrong);
        SettingRanges.Check("Chat:Auth", options.Auth, wrong);
        SettingRanges.Check("Chat:Marketplace", options.Marketplace, wrong);
        SettingRanges.Check("Chat:Drain", options.Drain, wrong);
        wrong.AddRange(options.Origins.Where(origin => !IsOrigin(origin)).Select(origin => $"Chat:Origins holds '{origin}', which is not scheme://host[:port]."));
        if (GrainHosting.Refusal(options.Mode) is { } refused)
        {
            wrong.Add(refused);
        }

        // Not from the database's own options: what is wrong with those is named there, and must not hide what is wrong here.
        var provider = configuration.GetSection(ChatDatabaseOptions.Section).GetValue(nameof(ChatDatabaseOptions.Provider), ChatDatabaseProvider.Sqlite);
        if (options.Mode != HostMode.Single && provider == ChatDatabaseProvider.Sqlite)
        {
            wrong.Add($"Chat:Mode {options.Mode} needs Chat:Database:Provider Postgres: one SQLite file serves one process.");
        }

        FrontPorts.Check(configuration, options.Mode, wrong);
        Auth(options.Auth, wrong);
        StaffChecks.Check(options, wrong);
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static void Auth(AuthOptions auth, List<string> wrong)
    {
        if (auth.SigningKey is { } key && Weakness(key) is { } weakness)
        {
            wrong.Add($"Chat:Auth:SigningKey (not shown) {weakness}; make one with: openssl rand -base64 48");
        }

        if (auth.Authority is null)
        {
            if (auth.RolesClaim is not null)
            {
                wrong.Add("Chat:Auth:RolesClaim is given without Chat:Auth:Authority.");
            }

            return;
        }

        if (string.IsNullOrEmpty(auth.Audience))
        {
            wrong.Add("Chat:Auth:Audience is missing; it is needed with Chat:Auth:Authority.");
        }

        Address("Chat:Auth:Authority", auth.Authority, wrong);
        if (auth.MetadataAddress is { } metadata)
        {
            Address("Chat:Auth:MetadataAddress", metadata, wrong);
        }
    }

    private static void Address(string setting, string value, List<string> wrong)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        {
            wrong.Add($"{setting} is '{value}'; it is an https address.");
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && text.TrimEnd('/') == uri.GetLeftPart(UriPartial.Authority);

    private static string? Weakness(string text)
    {
        var bytes = new byte[text.Length];
        return !Convert.TryFromBase64String(text, bytes, out var count) || count < KeyBytesMin ? $"is not base64 of at least {KeyBytesMin} bytes"
            : bytes.AsSpan(0, count).ToArray().Distinct().Count() < KeyBytesDistinct ? "repeats itself and can be guessed"
            : null;
    }
}
