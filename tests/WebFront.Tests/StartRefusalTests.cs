using Chat.Grains.Storage;
using Chat.Silo.Settings;
using Chat.WebFront.Hosting;
using Chat.WebFront.Tests.Crash;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>A start that settings forbid ends at once, with every fault named in a line and no stack trace.</summary>
public sealed class StartRefusalTests
{
    private static async Task<(int Exit, string[] Lines)> Start(params string[] settings)
    {
        using var data = new Data();
        return await StartWith([], ["--urls", "http://127.0.0.1:0", $"--Chat:Database:ConnectionString=Data Source={data.File}", .. settings]);
    }

    private static Task<(int Exit, string[] Lines)> StartWith(Dictionary<string, string> environment, string[] arguments) =>
        ServerProcess.RunToEnd(ServerProcess.WebFront, environment, arguments);

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
    [InlineData("Chat:Policy:PresenceRenewal=00:00:09", "Chat:Policy:PresenceRenewal is 00:00:09; it is at most a third of Chat:Policy:PresenceLease, which is 00:00:13.")]
    public async Task A_single_fault_is_told_in_its_words(string setting, string words)
    {
        var (exit, lines) = await Start("--" + setting);

        Assert.Equal(StartRefusal.WrongSettings, exit);
        Assert.Contains(words, string.Join('\n', lines));
        Assert.InRange(lines.Length, 1, 2);
    }

    [Fact]
    public async Task Settings_that_do_not_exist_are_named_with_the_nearest_that_does_and_without_their_value()
    {
        const string Hidden = "c2VjcmV0IHRoYXQgd2FzIG1pc3NwZWx0";
        var (exit, lines) = await Start(
            $"--Chat:Auth:SigninKey={Hidden}", $"--Chat:SigningKey={Hidden}", "--Chat:Polcy:AwayAfter=00:10:00", "--Chat:Staff:0:Nickname=mia",
            "--Chat:Origins=https://shop.example", "--Chat:Auth=on", "--Chat:Whatever:Else=1", "--Chat:Telemetry:MetricsPort=70000");

        Assert.Equal(StartRefusal.WrongSettings, exit);
        string[] expected =
        [
            "Chat:Auth:SigninKey is no setting; did you mean Chat:Auth:SigningKey?", "Chat:SigningKey is no setting; did you mean Chat:Auth:SigningKey?",
            "Chat:Polcy is no setting; did you mean Chat:Policy?", "Chat:Staff:0:Nickname is no setting.",
            "Chat:Origins is a list; its entries are Chat:Origins:0, Chat:Origins:1 and so on.", "Chat:Auth is a section and has no value of its own.",
            "Chat:Whatever is no setting.", "Chat:Telemetry:MetricsPort is 70000; it is 0 to 65535.",
        ];
        Assert.All(expected, fault => Assert.Contains("Setting refused: " + fault, lines));
        Assert.DoesNotContain(lines, line => line.Contains(Hidden, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_that_do_not_fit_together_are_named()
    {
        var port = FreePorts.Next();
        var (exit, lines) = await StartWith([],
        [
            "--urls", $"http://127.0.0.1:{port};nowhere", $"--Chat:Telemetry:MetricsPort={port}", "--Chat:Database:ConnectionString=Data Source=/dev/null/chat.db",
            "--Chat:Database:Password=hunter2hunter2", "--Chat:Auth:SigningKey=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "--Chat:Marketplace:Secret=hunter2hunter2",
        ]);

        Assert.Equal(StartRefusal.WrongSettings, exit);
        string[] expected =
        [
            $"urls and Chat:Telemetry:MetricsPort are both {port}; they must differ.", "urls (--urls, ASPNETCORE_URLS) holds 'nowhere'",
            "Chat:Database:ConnectionString is the file '/dev/null/chat.db', which cannot be used: '/dev/null' is no directory.",
            "Chat:Database:Password is given, but Provider is Sqlite", "Chat:Auth:SigningKey (not shown) repeats itself",
            "Chat:Marketplace:Secret has 14 characters; it is 32 to 1000 characters.",
        ];
        Assert.Equal(expected.Length, lines.Length);
        Assert.All(expected, fault => Assert.Contains(lines, line => line.StartsWith("Setting refused: " + fault, StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_is_not_told()
    {
        var (exit, lines) = await StartWith([],
            ["--Chat:Database:Provider=Postgres", "--Chat:Database:ConnectionString=Host=db;Password=hunter2;hunter3=x"]);

        Assert.Equal(StartRefusal.WrongSettings, exit);
        Assert.Contains("Setting refused: Chat:Database:ConnectionString (not shown) is no connection string of PostgreSQL", Assert.Single(lines));
        Assert.DoesNotContain("hunter", lines[0]);
    }

    [Fact]
    public async Task A_content_root_or_a_settings_file_that_cannot_be_read_is_one_line()
    {
        var (exit, lines) = await StartWith([], ["--contentRoot", "/no/such/directory"]);
        Assert.Equal(StartRefusal.WrongSettings, exit);
        Assert.StartsWith("Setting refused: contentRoot", Assert.Single(lines));
        Assert.Contains("/no/such/directory", lines[0]);

        using var data = new Data();
        var directory = Path.GetDirectoryName(data.File)!;
        await File.WriteAllTextAsync(Path.Combine(directory, "appsettings.json"), """{ "Chat": { "Demo": tru } }""");
        (exit, lines) = await StartWith([], ["--contentRoot", directory]);
        Assert.Equal(StartRefusal.WrongSettings, exit);
        Assert.Contains("appsettings.json", Assert.Single(lines));
    }

    [Fact]
    public async Task Secrets_come_from_files_and_what_is_wrong_with_those_is_told_without_them()
    {
        using var data = new Data();
        var directory = Path.GetDirectoryName(data.File)!;
        var (weak, empty) = (Path.Combine(directory, "weak"), Path.Combine(directory, "empty"));
        await File.WriteAllTextAsync(weak, "hunter2\n");
        await File.WriteAllTextAsync(empty, "\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "Chat__Marketplace__Secret"), "hunter2hunter2\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "urls"), "no setting of ours");

        var (exit, lines) = await StartWith(
            new() { ["Chat__SecretsDirectory"] = directory, ["Chat__Auth__SigningKeyFile"] = weak, ["Chat__Database__PasswordFile"] = empty, ["Chat__Staff__0__User"] = "mia" },
            ["--urls", "http://127.0.0.1:0", "--Chat:Staff:0:Roles:0=moderator", $"--Chat:Staff:0:PasswordFile={weak}",
                $"--Chat:Database:ConnectionString=Data Source={data.File}"]);

        Assert.Equal(StartRefusal.WrongSettings, exit);
        string[] expected =
        [
            "Chat:Auth:SigningKey (not shown) is not base64", $"Chat:Database:PasswordFile '{empty}' is empty.", "Chat:Marketplace:Secret has 14 characters",
            "Chat:Staff:0:Password: A password has 8",
        ];
        Assert.Equal(expected.Length, lines.Length);
        Assert.All(expected, fault => Assert.Contains(lines, line => line.StartsWith("Setting refused: " + fault, StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void What_only_fronts_read_is_what_silos_let_pass() =>
        Assert.Equal(typeof(Options.FrontOptions).GetProperties().Select(property => property.Name).Order(), KnownSettings.OfFronts.Order());

    [Fact]
    public void The_start_line_names_the_database_and_never_its_password()
    {
        var place = StartReport.PlaceOf(ChatDatabaseProvider.Postgres, "Host=db;Port=5433;Database=chat;Username=app;Password=hidden");

        Assert.Equal("PostgreSQL chat on db:5433", place);
    }
}
