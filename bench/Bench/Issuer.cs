using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Chat.Bench;

/// <summary>
/// An outside issuer of tokens, as a marketplace would have one: OpenID discovery, one ES256 key, JWTs. The server under
/// test is told of it by its ordinary configuration (<c>Chat:Auth:Authority</c>), so that thousands of people can sign in
/// without thousands of password hashes; the peers check the same tokens. The key is in a file: a server asks for it once, the modes
/// are several processes.
/// </summary>
internal sealed class Issuer : IDisposable
{
    public const string Audience = "chat-bench";
    private const string KeyId = "bench";

    private readonly HttpListener _listener = new();
    private readonly ECDsa _key;
    private readonly string _address;

    private Issuer(string address, ECDsa key)
    {
        _address = address;
        _key = key;
    }

    /// <summary>Serves at <paramref name="address"/> (such as <c>http://127.0.0.1:8900</c>) until disposed.</summary>
    public static Issuer Start(string address, string keyFile)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(keyFile));
        var issuer = new Issuer(address.TrimEnd('/'), key);
        issuer._listener.Prefixes.Add(issuer._address + "/");
        issuer._listener.Start();
        _ = issuer.Serve();
        return issuer;
    }

    /// <summary>
    /// Writes a new key: the whole of it to <paramref name="keyFile"/>, and the public part to the same name with
    /// <c>.pub</c> (PEM) and <c>.jwk</c>, for the peers, which do not ask an issuer.
    /// </summary>
    public static void MakeKey(string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(keyFile + ".pub", key.ExportSubjectPublicKeyInfoPem());
        File.WriteAllText(keyFile + ".jwk", PublicJwk(key));
    }

    /// <summary>A token for a user, good for six hours. <c>jid</c> is what ejabberd reads.</summary>
    public string TokenFor(string user)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var head = Base64Url($$"""{"alg":"ES256","typ":"JWT","kid":"{{KeyId}}"}""");
        var claims = Base64Url(
            $$"""{"iss":"{{_address}}","aud":"{{Audience}}","sub":"{{user}}","name":"{{user}}","jid":"{{user}}@localhost","iat":{{now}},"nbf":{{now - 5}},"exp":{{now + 6 * 3600}}}""");
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{head}.{claims}"), HashAlgorithmName.SHA256);
        return $"{head}.{claims}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
    }

    public void Dispose()
    {
        _listener.Close();
        _key.Dispose();
    }

    private static string PublicJwk(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""
            {"kty":"EC","use":"sig","alg":"ES256","crv":"P-256","kid":"{{KeyId}}",
            "x":"{{System.Buffers.Text.Base64Url.EncodeToString(point.X)}}","y":"{{System.Buffers.Text.Base64Url.EncodeToString(point.Y)}}"}
            """;
    }

    private static string Base64Url(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                Answer(context.Request.Url?.AbsolutePath, context.Response);
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                // Closed, or a caller that went away.
            }
        }
    }

    private void Answer(string? path, HttpListenerResponse response)
    {
        var body = path switch
        {
            "/.well-known/openid-configuration" => JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["issuer"] = _address,
                ["jwks_uri"] = _address + "/keys",
                ["id_token_signing_alg_values_supported"] = new[] { "ES256" },
            }),
            "/keys" => $$"""{"keys":[{{PublicJwk(_key)}}]}""",
            _ => null,
        };
        response.StatusCode = body is null ? 404 : 200;
        response.ContentType = "application/json";
        response.Close(Encoding.UTF8.GetBytes(body ?? "{}"), willBlock: false);
    }
}
