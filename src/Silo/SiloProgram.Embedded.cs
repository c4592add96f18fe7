namespace Chat.Silo;

/// <summary>A build for the embedded host has no silo.</summary>
internal static class SiloProgram
{
    public static async Task<int> Run(string[] args)
    {
        _ = args;
        await Console.Error.WriteLineAsync(
            "A silo needs Orleans, and this build uses the embedded host, which is one process by design. Run the web front alone, "
            + "or build with -p:GrainHost=Orleans where its packages restore.");
        return 2;
    }
}
