using System.Diagnostics;
using Chat.Grains.Storage;
using Chat.WebFront.Hosting;
using Chat.WebFront.Tests.Crash;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>A start that settings forbid ends at once, with every fault named in a line and no stack trace.</summary>
public sealed class StartRefusalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static async Task<(int Exit, string[] Lines)> Start(params string[] settings)
    {
        using var data = new Data();
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [ServerProcess.WebFront, "--urls", "http://127.0.0.1:0", $"--Chat:Database:ConnectionString=Data Source={data.File}", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(ServerProcess.WebFront),
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
            await process.WaitForExitAsync().WaitAsync(Patience);
            return (process.ExitCode, $"{await output}{errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task Every_wrong_setting_is_named_in_a_line_of_its_own()
    {
        string[] wrong =
        [
            "Chat:Auth:SigningKey=short",
            "Chat:Auth:Authority=http://login.example",
            "Chat:Auth:AttemptsBurst=many",
            "Chat:Auth:AttemptsPerMinute=0",
            "Chat:Origins:0=shop.example/page",
            "Chat:Policy:AwayAfter=00:00:01",
            "Chat:Policy:TokenLife=soon",
            "Chat:Policy:ReplySampleMin=0",
            "Chat:Demo=perhaps",
        ];

        var (exit, lines) = await Start([.. wrong.Select(setting => "--" + setting)]);

        Assert.Equal(StartRefusal.WrongSettings, exit);
        Assert.All(lines, line => Assert.StartsWith("Setting refused: ", line));
        Assert.All(
            wrong.Select(setting => setting.Split('=')[0].Split(':').Last(part => part != "0")).Append("Audience"),
            name => Assert.Contains(lines, line => line.Contains(name, StringComparison.Ordinal)));
        Assert.InRange(lines.Length, wrong.Length + 1, wrong.Length + 3);
    }

    [Fact]
    public async Task Every_fault_in_the_list_of_staff_is_named_and_no_password_told()
    {
        const string Hidden = "hunter2";
        var (exit, lines) = await Start(
            "--Chat:Staff:0:User=Not A Name", "--Chat:Staff:0:Roles:0=janitor",
            "--Chat:Staff:1:User=mia", $"--Chat:Staff:1:Password={Hidden}",
            "--Chat:Staff:2:User=mia", "--Chat:Staff:2:Roles:0=moderator", "--Chat:Staff:2:PasswordFile=/no/such/file",
            "--Chat:Staff:3:User=ada", "--Chat:Staff:3:Roles:0=operator", $"--Chat:Staff:3:Password={Hidden}{Hidden}", "--Chat:Staff:3:PasswordFile=/no/such/file",
            "--Chat:Auth:RolesClaim=roles");

        Assert.Equal(StartRefusal.WrongSettings, exit);
        string[] expected =
        [
            "Chat:Staff:0:User 'Not A Name' is no user id", "Chat:Staff:0:Roles holds 'janitor'", "Chat:Staff:1:Roles is empty", "Chat:Staff:1:Password: ",
            "Chat:Staff:2:User 'mia' is listed twice", "Chat:Staff:2:PasswordFile '/no/such/file' cannot be read", "Chat:Staff:3:PasswordFile is given beside",
            "Chat:Auth:RolesClaim is given without",
        ];
        Assert.Equal(expected.Length, lines.Length);
        Assert.All(expected, fault => Assert.Contains(lines, line => line.StartsWith("Setting refused: " + fault, StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains(Hidden, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Chat:Mode=Everything", "Chat:Mode is 'Everything'; it is one of Single, Node, Front.")]
    [InlineData("Chat:Mode=Front", "Chat:Mode Front needs")]
    [InlineData("Chat:Database:Provider=Oracle", "Chat:Database:Provider is 'Oracle'")]
    [InlineData("Chat:Rehearsal:ClockSpeed=fast", "Chat:Rehearsal:ClockSpeed is 'fast'; it is a number")]
    [InlineData("Chat:Rehearsal:ClockOrigin=noon", "Chat:Rehearsal:ClockOrigin is 'noon'; it is a moment")]
    [InlineData("Chat:Rehearsal:ClockSpeed=100", "Chat:Rehearsal is set in part")]
    [InlineData("Chat:Policy:PresenceRenewal=00:00:09", "PresenceRenewal must be at most a third of PresenceLease")]
    public async Task A_single_fault_is_told_in_its_words(string setting, string words)
    {
        var (exit, lines) = await Start("--" + setting);

        Assert.Equal(StartRefusal.WrongSettings, exit);
        Assert.Contains(words, string.Join('\n', lines));
        Assert.InRange(lines.Length, 1, 2);
    }

    [Fact]
    public void The_start_line_names_the_database_and_never_its_password()
    {
        var place = StartReport.PlaceOf(ChatDatabaseProvider.Postgres, "Host=db;Port=5433;Database=chat;Username=app;Password=hidden");

        Assert.Equal("PostgreSQL chat on db:5433", place);
    }
}
