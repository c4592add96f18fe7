namespace Chat.Grains.Storage;

/// <summary>What a process that was told to stop is at, so that a stop that hangs can say what hung.</summary>
public sealed class StopStage
{
    private volatile string _now = "the web server";

    /// <summary>In words for an operator, to be followed by "hangs": what is being waited for.</summary>
    public string Now => _now;

    /// <summary>The stop has come to this.</summary>
    public void Enter(string what) => _now = what;
}
