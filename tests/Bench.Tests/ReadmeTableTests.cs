namespace Chat.Bench.Tests;

/// <summary>
/// README's table of speed is the verdict of the newest run that is kept as docs/results/DATE-bench.md. With
/// <c>CHAT_WRITE_DOCS=1</c> in the environment the test writes the table instead.
/// </summary>
public sealed class ReadmeTableTests
{
    private const string Begin = "<!-- speed: written by ReadmeTableTests from the newest docs/results/*-bench.md -->\n";
    private const string End = "<!-- end of speed -->\n";

    [Fact]
    public void The_front_page_shows_the_verdict_of_the_newest_run()
    {
        var root = Root();
        var file = Path.Combine(root, "README.md");
        var text = File.ReadAllText(file);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var table = Table(Path.Combine(root, "docs", "results"));
        if (Environment.GetEnvironmentVariable("CHAT_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, text[..from] + table + text[to..]);
            return;
        }

        Assert.Equal(table, text[from..to]);
    }

    private static string Table(string results)
    {
        if (Directory.EnumerateFiles(results, "*-bench.md").Max(StringComparer.Ordinal) is not { } newest)
        {
            return "";
        }

        var lines = File.ReadLines(newest).ToList();
        var run = lines.Find(line => line.StartsWith("Command: ", StringComparison.Ordinal)) ?? throw new InvalidOperationException($"{newest} names no command.");
        var verdict = lines.SkipWhile(line => line != Verdict.Begin).Skip(1).TakeWhile(line => line != Verdict.End);
        return $"{run} ([the whole run](docs/results/{Path.GetFileName(newest)})):\n\n{string.Join('\n', verdict)}\n";
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Chat.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return directory.FullName;
    }
}
