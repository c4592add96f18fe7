using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Chat.Grains.Shared;
using Chat.WebFront.Api;
using Chat.WebFront.Auth;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>The operator's view of the policy, and the guard of staff's routes.</summary>
public sealed partial class PolicyTests(PolicyTests.OperatedFront operated) : IClassFixture<PolicyTests.OperatedFront>
{
    private const string Word = "a long word for staff";

    public static TheoryData<string> Names => [.. typeof(Policy).GetProperties().Select(property => property.Name)];

    private Front Front => operated.Front;

    [Fact]
    public async Task Operators_read_every_figure_with_what_is_set_and_what_would_be()
    {
        using var answer = await Front.Send(HttpMethod.Get, "/api/operator/policy", await SignIn("olga"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var figures = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["policy"]!.AsArray();

        Assert.Equal(typeof(Policy).GetProperties().Select(property => property.Name), figures.Select(figure => figure!["name"]!.GetValue<string>()));
        Same("""{"name":"AwayAfter","value":600000,"default":300000,"min":60000,"max":28800000,"unit":"ms","description":"An agent with no activity for this long is away."}""");
        Same("""{"name":"SendsPerSecond","value":2.5,"default":5,"min":0.1,"max":1000,"unit":"number","description":"Messages a second a person may send over time."}""");
        Same("""{"name":"RatingMonths","value":12,"default":6,"min":1,"max":24,"unit":"count","description":"Store rating: how many calendar months back it looks."}""");

        void Same(string expected)
        {
            var figure = figures.Single(figure => figure!["name"]!.GetValue<string>() == JsonNode.Parse(expected)!["name"]!.GetValue<string>());
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), figure), figure!.ToJsonString());
        }
    }

    [Theory]
    [InlineData("GET", "/api/operator/policy")]
    [InlineData("GET", "/api/operator/policy?limit=what")]
    [InlineData("POST", "/api/operator/policy")]
    public async Task Everybody_else_gets_byte_for_byte_what_a_route_that_does_not_exist_gives(string method, string path)
    {
        var anna = await Front.Register(FrontFixture.Unique("policy-anna"));
        foreach (var token in (string[])[anna.Token, await SignIn("mia")])
        {
            var missing = await Whole(method, "/api/no/such/route", token);
            Assert.Contains("404", missing);
            Assert.Contains("1002", missing);
            Assert.Equal(missing, await Whole(method, path, token));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no.valid.token")]
    public async Task Without_a_valid_token_it_is_2001(string? token)
    {
        using var answer = await Front.Send(HttpMethod.Get, "/api/operator/policy", token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(2001, (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!["code"]!.GetValue<int>());
    }

    /// <summary>So that the figure an operator reads in words is the one that is enforced.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_figure_has_words_and_a_range_and_its_comment_tells_the_same_numbers(string name)
    {
        var figure = PolicyFigures.Of(new Policy()).Single(figure => figure.Name == name);

        Assert.Matches(@"^[A-Z].{10,}\.$", figure.Description);
        if (figure.Unit == "flag")
        {
            Assert.EndsWith($"default {(figure.Default.GetValue<bool>() ? "true" : "false")}", RangeEnd().Replace(PolicyFigures.CommentOf(name), ""));
            return;
        }

        Assert.NotNull(figure.Min);
        Assert.NotNull(figure.Max);
        var told = Told().Match(PolicyFigures.CommentOf(name));
        Assert.True(told.Success, $"The comment of {name} ends with no '<min> to <max>; default <default>': {PolicyFigures.CommentOf(name)}");
        var unit = told.Groups["maxUnit"].Value;
        Assert.Equal(
            (Number(figure.Min), Number(figure.Max), Number(figure.Default)),
            (Amount("min", told.Groups["minUnit"].Value is { Length: > 0 } own ? own : unit), Amount("max", unit), Amount("default", told.Groups["defaultUnit"].Value)));

        double Amount(string group, string of) => double.Parse(told.Groups[group].Value, NumberStyles.Number, CultureInfo.InvariantCulture) * (of.TrimEnd('s') switch
        {
            "second" => 1_000,
            "minute" => 60_000,
            "hour" => 3_600_000,
            "day" => 86_400_000,
            _ => 1,
        });

        static double Number(JsonValue value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);
    }

    [Fact]
    public void The_class_has_no_property_that_cannot_be_told() =>
        Assert.All(typeof(Policy).GetProperties(BindingFlags.Public | BindingFlags.Instance), property => Assert.True(
            property.PropertyType == typeof(TimeSpan) || property.PropertyType == typeof(int) || property.PropertyType == typeof(double) || property.PropertyType == typeof(bool),
            $"{property.Name} is {property.PropertyType.Name}"));

    private async Task<string> SignIn(string name)
    {
        using var answer = await Front.Send(HttpMethod.Post, "/api/sessions", body: new { name, password = Word });
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["token"]!.GetValue<string>();
    }

    /// <summary>Status, headers but for the time, and body.</summary>
    private async Task<string> Whole(string method, string path, string token)
    {
        using var answer = await Front.Send(new HttpMethod(method), path, token);
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date").OrderBy(header => header.Key)
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        return $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{await answer.Content.ReadAsStringAsync()}";
    }

    [GeneratedRegex(@"(?<min>[\d.,]*\d)( (?<minUnit>second|minute|hour|day)s?)? to (?<max>[\d.,]*\d)( (?<maxUnit>seconds?|minutes?|hours?|days?))?[^;]*; default (?<default>[\d.,]*\d)( (?<defaultUnit>seconds?|minutes?|hours?|days?))?[^;]*$")]
    private static partial Regex Told();

    [GeneratedRegex(@"( \([^)]*\))?\.$")]
    private static partial Regex RangeEnd();

    /// <summary>A front with an operator, a moderator and a policy of its own.</summary>
    public sealed class OperatedFront : IAsyncLifetime
    {
        private readonly Data _data = new();

        internal Front Front { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Front = await Front.Start(
                _data,
                "--Chat:Staff:0:User=olga", "--Chat:Staff:0:Roles:0=operator", $"--Chat:Staff:0:Password={Word}",
                "--Chat:Staff:1:User=mia", "--Chat:Staff:1:Roles:0=moderator", $"--Chat:Staff:1:Password={Word}",
                "--Chat:Policy:AwayAfter=00:10:00", "--Chat:Policy:SendsPerSecond=2.5", "--Chat:Policy:RatingMonths=12");
            await Front.Service<StaffAccounts>().Done;
        }

        public async Task DisposeAsync()
        {
            await Front.DisposeAsync();
            _data.Dispose();
        }
    }
}
