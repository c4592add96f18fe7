using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Chat.Grains.Tests;

/// <summary>Rules of the repository that no compiler checks. Each failure names file and line.</summary>
public sealed partial class HouseRulesTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Grain_source_is_the_same_for_both_hosts() =>
        AssertNowhere(GrainSources(), ConditionalCompilation(), keepComments: true);

    [Theory]
    [InlineData(@"\bDateTime(Offset)?\.(Utc)?Now\b", "take TimeProvider")]
    [InlineData(@"\bDateTime\.Today\b", "take TimeProvider")]
    [InlineData(@"\bEnvironment\.TickCount(64)?\b", "take TimeProvider")]
    [InlineData(@"\bRandom\.Shared\b|\bnew Random\(", "ids and choices come from the caller")]
    [InlineData(@"\bGuid\.(NewGuid|CreateVersion7)\b", "ids come from the caller")]
    [InlineData(@"\bTask\.Run\(", "it leaves the activation's scheduler")]
    [InlineData(@"\bThread\.Sleep\(", "it blocks the activation's scheduler")]
    [InlineData(@"\[\s*Reentrant\b", "name the interleaving methods one by one")]
    public void Grains_do_not_use(string pattern, string instead)
    {
        Assert.NotEmpty(instead);
        AssertNowhere(GrainSources(), new Regex(pattern), keepComments: false);
    }

    [Fact]
    public void Relative_links_in_the_documents_lead_to_files()
    {
        var broken = new List<string>();
        foreach (var file in TrackedFiles().Where(IsDocument))
        {
            foreach (Match link in MarkdownLink().Matches(File.ReadAllText(Path.Combine(Root, file))))
            {
                var target = link.Groups["target"].Value.Split('#')[0];
                if (target.Length == 0 || AbsoluteLink().IsMatch(target))
                {
                    continue;
                }

                var path = Path.GetFullPath(Path.Combine(Root, Path.GetDirectoryName(file)!, Uri.UnescapeDataString(target)));
                if (!File.Exists(path) && !Directory.Exists(path))
                {
                    broken.Add($"{file}: {target}");
                }
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void No_tracked_file_names_a_path_of_one_machine() =>
        AssertNowhere(TrackedFiles().Where(IsText), MachinePath(), keepComments: true);

    private static bool IsDocument(string file) =>
        file is "README.md" or "ARCHITECTURE.md" || (file.StartsWith("docs/", StringComparison.Ordinal) && file.EndsWith(".md", StringComparison.Ordinal));

    private static bool IsText(string file) =>
        Path.GetExtension(file) is not (".png" or ".ico" or ".woff2" or ".jpg") && Path.GetFileName(file) != "package-lock.json";

    private static IEnumerable<string> GrainSources() =>
        TrackedFiles().Where(file => file.StartsWith("src/Grains/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal));

    private static void AssertNowhere(IEnumerable<string> files, Regex pattern, bool keepComments)
    {
        var looked = 0;
        var found = new List<string>();
        foreach (var file in files)
        {
            looked++;
            var lines = File.ReadAllLines(Path.Combine(Root, file));
            for (var index = 0; index < lines.Length; index++)
            {
                var line = keepComments ? lines[index] : LineComment().Replace(lines[index], "");
                if (pattern.IsMatch(line))
                {
                    found.Add($"{file}:{index + 1}: {lines[index].Trim()}");
                }
            }
        }

        Assert.NotEqual(0, looked);
        Assert.Empty(found);
    }

    /// <summary>What git tracks and what it would track, with forward slashes; without git, every file outside of output folders.</summary>
    private static IReadOnlyList<string> TrackedFiles()
    {
        if (!Directory.Exists(Path.Combine(Root, ".git")) && !File.Exists(Path.Combine(Root, ".git")))
        {
            return [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
                .Where(file => !OutputFolder().IsMatch(file))];
        }

        var start = new ProcessStartInfo("git", ["-c", "core.quotePath=false", "ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(Root, file)))];
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Chat.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }

    [GeneratedRegex(@"^\s*#\s*(if|elif)\b")]
    private static partial Regex ConditionalCompilation();

    // A string that holds "//" (an address) is cut too; none of the rules looks for what could follow one.
    [GeneratedRegex(@"//.*$")]
    private static partial Regex LineComment();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)")]
    private static partial Regex MarkdownLink();

    [GeneratedRegex(@"^([a-z]+:|//)")]
    private static partial Regex AbsoluteLink();

    // Home directories and this kind of build machine; written so that this file does not name one itself.
    [GeneratedRegex(@"(?<![\w.$~-])/(root|work|home)/[\w.]|/(?:Users)/[a-z]|[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"(^|/)(bin|obj|artifacts|node_modules|wwwroot|data)/")]
    private static partial Regex OutputFolder();
}
