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
public sealed class OutsideIssuerTests : OutsideIssuerFront
{
    private async Task<(HttpStatusCode Status, int Code)> Me(string token)
    {
        using var answer = await Front.Send(HttpMethod.Get, "/api/me", token);
        var body = await answer.Content.ReadFromJsonAsync<JsonObject>();
        return (answer.StatusCode, body!["error"]?["code"]?.GetValue<int>() ?? 0);
    }

    [Fact]
    public async Task A_token_of_theIssuer_signs_in_with_its_subject_and_name()
    {
        const string Subject = "auth0|5f7c8ec7c33c6c004bbafe82";
        await using var client = await HubClient.Connect(Front.Address, Issuer.Token(Subject, "Anna Nowak"));

        var hello = await client.Ok("hello", new { protocol = 1, device = Guid.NewGuid(), active = true });

        Assert.Equal(TokenReader.UserOf(Subject).Value, hello["user"]!["id"]!.GetValue<string>());
        Assert.Equal("Anna Nowak", hello["user"]!["name"]!.GetValue<string>());
        Assert.Equal((HttpStatusCode.OK, 0), await Me(Issuer.Token("anna")));
    }

    [Fact]
    public async Task The_name_of_the_token_is_what_the_other_side_reads()
    {
        await using var buyer = await HubClient.Enter(Front.Address, Issuer.Token("buyer-1", "Ioana Pop"));
        await using var seller = await HubClient.Enter(Front.Address, Issuer.Token("seller-1"));
        var store = await Front.Open("store-1", new UserId("seller-1"));
        await seller.Event("stores");

        await buyer.Ok("send", new { conversation = ConversationId.Between(new UserId("buyer-1"), store).Value, id = Guid.CreateVersion7(), body = "hello" });

        var inbox = await seller.Ok("inbox", new { store = store.Value });
        Assert.Equal("Ioana Pop", inbox["conversations"]![0]!["buyer"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_token_theIssuer_did_not_make_for_us_and_for_now_is_401()
    {
        var published = Encoding.UTF8.GetBytes(Issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem());
        var wrong = new Dictionary<string, string>
        {
            ["wrong issuer"] = Issuer.Token("anna", issuer: "https://other.example"),
            ["our own name as issuer"] = Issuer.Token("anna", issuer: TokenReader.OwnIssuer, audience: TokenReader.OwnIssuer),
            ["wrong audience"] = Issuer.Token("anna", audience: "another shop"),
            ["expired"] = Issuer.Token("anna", validIn: TimeSpan.FromHours(-2), expiresIn: TimeSpan.FromMinutes(-2)),
            ["not valid yet"] = Issuer.Token("anna", validIn: TimeSpan.FromMinutes(10)),
            ["key of nobody"] = Issuer.Token("anna", signing: Rs256(OutsideIssuer.NewKey("unknown"))),
            ["another key under the published id"] = Issuer.Token("anna", signing: Rs256(OutsideIssuer.NewKey(Issuer.Key.KeyId))),
            ["no signature"] = Issuer.Unsigned("anna"),
            ["signed with the public key"] = Issuer.Token("anna", signing: Hs256(published)),
            ["no subject"] = Issuer.Token(string.Empty),
        };

        foreach (var (fault, token) in wrong)
        {
            Assert.Equal((fault, HttpStatusCode.Unauthorized, 2001), (fault, (await Me(token)).Status, (await Me(token)).Code));
        }

        Assert.Equal(401, (await Assert.ThrowsAsync<ConnectRefusedException>(() => HubClient.Connect(Front.Address, wrong["no signature"]))).Status);
        Assert.Equal((HttpStatusCode.OK, 0), await Me(Issuer.Token("anna")));

        static SigningCredentials Rs256(RsaSecurityKey key) => new(key, SecurityAlgorithms.RsaSha256);

        SigningCredentials Hs256(byte[] secret) => new(new SymmetricSecurityKey(secret) { KeyId = Issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256);
    }

    [Fact]
    public async Task A_new_key_is_found_and_the_withdrawn_one_is_refused()
    {
        Assert.Equal((HttpStatusCode.OK, 0), await Me(Issuer.Token("anna")));

        var withdrawn = Issuer.Rotate()!;

        await Eventually.True(async () => (await Me(Issuer.Token("anna"))).Status == HttpStatusCode.OK);
        var old = Issuer.Token("anna", signing: new SigningCredentials(withdrawn, SecurityAlgorithms.RsaSha256));
        Assert.Equal((HttpStatusCode.Unauthorized, 2001), await Me(old));
    }

    [Fact]
    public async Task While_theIssuers_keys_cannot_be_had_the_answer_is_1004_so_that_nobody_is_signed_out()
    {
        Issuer.Break(true);

        var answer = await Me(Issuer.Token("anna"));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1004), answer);
    }

    [Fact]
    public async Task Sessions_of_theIssuer_are_not_ours_to_end_or_renew()
    {
        var token = Issuer.Token("anna");

        using var signOut = await Front.Send(HttpMethod.Delete, "/api/sessions/current", token);
        using var renewal = await Front.Send(HttpMethod.Post, "/api/sessions/current/renew", token);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (signOut.StatusCode, renewal.StatusCode));
        Assert.Equal((HttpStatusCode.OK, 0), await Me(token));
    }

    [Fact]
    public async Task Built_in_accounts_are_off_beside_anIssuer_unless_asked_for()
    {
        var account = new { name = "anna", displayName = "Anna", password = "correct horse battery" };

        using var registration = await Front.Send(HttpMethod.Post, "/api/accounts", body: account);
        using var signIn = await Front.Send(HttpMethod.Post, "/api/sessions", body: account);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (registration.StatusCode, signIn.StatusCode));
        using var data = new Data();
        await using var both = await Front.Start(
            data, $"--Chat:Auth:Authority={Issuer.Address}", $"--Chat:Auth:Audience={OutsideIssuer.Audience}", "--Chat:Auth:BuiltInAccounts=true");
        Assert.NotNull((await both.Register("anna")).Token);
    }

    [Theory]
    [InlineData("http://login.example", false)]
    [InlineData("http://127.0.0.1:9", true)]
    [InlineData("http://localhost:9/realm", true)]
    [InlineData("https://login.example", true)]
    [InlineData("login.example", false)]
    public void Plain_http_is_for_anIssuer_on_this_machine_only(string authority, bool allowed)
    {
        var options = new Options.FrontOptions { Auth = { Authority = authority, Audience = "a" } };

        var result = new Options.FrontOptionsValidator(new Microsoft.Extensions.Configuration.ConfigurationManager()).Validate(null, options);

        Assert.Equal(allowed, result.Succeeded);
    }
}
