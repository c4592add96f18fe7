using System.ComponentModel.DataAnnotations;
using Chat.Grains.Storage;
using Chat.WebFront.Hosting;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Options;

/// <summary>Names every setting that is wrong, all at once, before anything starts.</summary>
internal sealed class FrontOptionsValidator(IOptions<ChatDatabaseOptions> database) : IValidateOptions<FrontOptions>
{
    private const int KeyBytesMin = 32;

    public ValidateOptionsResult Validate(string? name, FrontOptions options)
    {
        var wrong = new List<string>();
        Annotations(options, "Chat", wrong);
        Annotations(options.Auth, "Chat:Auth", wrong);
        Annotations(options.Marketplace, "Chat:Marketplace", wrong);
        wrong.AddRange(options.Origins.Where(origin => !IsOrigin(origin)).Select(origin => $"Chat:Origins holds '{origin}', which is not scheme://host[:port]."));
        if (GrainHosting.Refusal(options.Mode) is { } refused)
        {
            wrong.Add(refused);
        }

        if (options.Mode != HostMode.Single && database.Value.Provider == ChatDatabaseProvider.Sqlite)
        {
            wrong.Add($"Chat:Mode {options.Mode} needs Chat:Database:Provider Postgres: one SQLite file serves one process.");
        }

        Auth(options.Auth, wrong);
        StaffChecks.Check(options, wrong);
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static void Auth(AuthOptions auth, List<string> wrong)
    {
        if (auth.SigningKey is not null && !IsKey(auth.SigningKey))
        {
            wrong.Add($"Chat:Auth:SigningKey is not base64 of at least {KeyBytesMin} bytes.");
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
            wrong.Add($"{setting} '{value}' is not an https address.");
        }
    }

    private static void Annotations(object options, string section, List<string> wrong)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        wrong.AddRange(results.Select(result => $"{section}: {result.ErrorMessage}"));
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && text.TrimEnd('/') == uri.GetLeftPart(UriPartial.Authority);

    private static bool IsKey(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) && count >= KeyBytesMin;
    }
}
