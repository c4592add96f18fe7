using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Chat.Grains.Shared;
using Chat.WebFront.Tests.Support;
using Microsoft.IdentityModel.Tokens;
using TokenReader = Chat.WebFront.Auth.TokenReader;

namespace Chat.WebFront.Tests;

/// <summary>Tokens of an outside OpenID Connect issuer: <c>Chat:Auth:Authority</c>.</summary>
public sealed class OutsideIssuerTests : IAsyncLifetime
{
    private readonly Data _data = new();
    private OutsideIssuer _issuer = null!;
    private Front _front = null!;

    public async Task InitializeAsync()
    {
        _issuer = await OutsideIssuer.Start();
        _front = await Front.Start(_data, $"--Chat:Auth:Authority={_issuer.Address}", $"--Chat:Auth:Audience={OutsideIssuer.Audience}");
    }

    public async Task DisposeAsync()
    {
        await _front.DisposeAsync();
        await _issuer.DisposeAsync();
        _data.Dispose();
    }

    private async Task<(HttpStatusCode Status, int Code)> Me(string token)
    {
        using var answer = await _front.Send(HttpMethod.Get, "/api/me", token);
        var body = await answer.Content.ReadFromJsonAsync<JsonObject>();
        return (answer.StatusCode, body!["error"]?["code"]?.GetValue<int>() ?? 0);
    }

    [Fact]
    public async Task A_token_of_the_issuer_signs_in_with_its_subject_and_name()
    {
        const string Subject = "auth0|5f7c8ec7c33c6c004bbafe82";
        await using var client = await HubClient.Connect(_front.Address, _issuer.Token(Subject, "Anna Nowak"));

        var hello = await client.Ok("hello", new { protocol = 1, device = Guid.NewGuid(), active = true });

        Assert.Equal(TokenReader.UserOf(Subject).Value, hello["user"]!["id"]!.GetValue<string>());
        Assert.Equal("Anna Nowak", hello["user"]!["name"]!.GetValue<string>());
        Assert.Equal((HttpStatusCode.OK, 0), await Me(_issuer.Token("anna")));
    }

    [Fact]
    public async Task The_name_of_the_token_is_what_the_other_side_reads()
    {
        await using var buyer = await HubClient.Enter(_front.Address, _issuer.Token("buyer-1", "Ioana Pop"));
        await using var seller = await HubClient.Enter(_front.Address, _issuer.Token("seller-1"));
        var store = await _front.Open("store-1", new UserId("seller-1"));
        await seller.Event("stores");

        await buyer.Ok("send", new { conversation = ConversationId.Between(new UserId("buyer-1"), store).Value, id = Guid.CreateVersion7(), body = "hello" });

        var inbox = await seller.Ok("inbox", new { store = store.Value });
        Assert.Equal("Ioana Pop", inbox["conversations"]![0]!["buyer"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_token_the_issuer_did_not_make_for_us_and_for_now_is_401()
    {
        var published = Encoding.UTF8.GetBytes(_issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem());
        var wrong = new Dictionary<string, string>
        {
            ["wrong issuer"] = _issuer.Token("anna", issuer: "https://other.example"),
            ["our own name as issuer"] = _issuer.Token("anna", issuer: TokenReader.OwnIssuer, audience: TokenReader.OwnIssuer),
            ["wrong audience"] = _issuer.Token("anna", audience: "another shop"),
            ["expired"] = _issuer.Token("anna", validIn: TimeSpan.FromHours(-2), expiresIn: TimeSpan.FromMinutes(-2)),
            ["not valid yet"] = _issuer.Token("anna", validIn: TimeSpan.FromMinutes(10)),
            ["key of nobody"] = _issuer.Token("anna", signing: Rs256(OutsideIssuer.NewKey("unknown"))),
            ["another key under the published id"] = _issuer.Token("anna", signing: Rs256(OutsideIssuer.NewKey(_issuer.Key.KeyId))),
            ["no signature"] = _issuer.Unsigned("anna"),
            ["signed with the public key"] = _issuer.Token("anna", signing: Hs256(published)),
            ["no subject"] = _issuer.Token(string.Empty),
        };

        foreach (var (fault, token) in wrong)
        {
            Assert.Equal((fault, HttpStatusCode.Unauthorized, 2001), (fault, (await Me(token)).Status, (await Me(token)).Code));
        }

        Assert.Equal(401, (await Assert.ThrowsAsync<ConnectRefusedException>(() => HubClient.Connect(_front.Address, wrong["no signature"]))).Status);
        Assert.Equal((HttpStatusCode.OK, 0), await Me(_issuer.Token("anna")));

        static SigningCredentials Rs256(RsaSecurityKey key) => new(key, SecurityAlgorithms.RsaSha256);

        SigningCredentials Hs256(byte[] secret) => new(new SymmetricSecurityKey(secret) { KeyId = _issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256);
    }

    [Fact]
    public async Task A_new_key_is_found_and_the_withdrawn_one_is_refused()
    {
        Assert.Equal((HttpStatusCode.OK, 0), await Me(_issuer.Token("anna")));

        var withdrawn = _issuer.Rotate()!;

        await Eventually.True(async () => (await Me(_issuer.Token("anna"))).Status == HttpStatusCode.OK);
        var old = _issuer.Token("anna", signing: new SigningCredentials(withdrawn, SecurityAlgorithms.RsaSha256));
        Assert.Equal((HttpStatusCode.Unauthorized, 2001), await Me(old));
    }

    [Fact]
    public async Task While_the_issuers_keys_cannot_be_had_the_answer_is_1004_so_that_nobody_is_signed_out()
    {
        _issuer.Break(true);

        var answer = await Me(_issuer.Token("anna"));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1004), answer);
    }

    [Fact]
    public async Task Sessions_of_the_issuer_are_not_ours_to_end_or_renew()
    {
        var token = _issuer.Token("anna");

        using var signOut = await _front.Send(HttpMethod.Delete, "/api/sessions/current", token);
        using var renewal = await _front.Send(HttpMethod.Post, "/api/sessions/current/renew", token);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (signOut.StatusCode, renewal.StatusCode));
        Assert.Equal((HttpStatusCode.OK, 0), await Me(token));
    }

    [Fact]
    public async Task Built_in_accounts_are_off_beside_an_issuer_unless_asked_for()
    {
        var account = new { name = "anna", displayName = "Anna", password = "correct horse battery" };

        using var registration = await _front.Send(HttpMethod.Post, "/api/accounts", body: account);
        using var signIn = await _front.Send(HttpMethod.Post, "/api/sessions", body: account);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (registration.StatusCode, signIn.StatusCode));
        using var data = new Data();
        await using var both = await Front.Start(
            data, $"--Chat:Auth:Authority={_issuer.Address}", $"--Chat:Auth:Audience={OutsideIssuer.Audience}", "--Chat:Auth:BuiltInAccounts=true");
        Assert.NotNull((await both.Register("anna")).Token);
    }

    [Theory]
    [InlineData("http://login.example", false)]
    [InlineData("http://127.0.0.1:9", true)]
    [InlineData("http://localhost:9/realm", true)]
    [InlineData("https://login.example", true)]
    [InlineData("login.example", false)]
    public void Plain_http_is_for_an_issuer_on_this_machine_only(string authority, bool allowed)
    {
        var options = new Options.FrontOptions { Auth = { Authority = authority, Audience = "a" } };

        var result = new Options.FrontOptionsValidator(new Microsoft.Extensions.Configuration.ConfigurationManager()).Validate(null, options);

        Assert.Equal(allowed, result.Succeeded);
    }
}
