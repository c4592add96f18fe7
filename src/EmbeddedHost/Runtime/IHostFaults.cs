namespace Chat.EmbeddedHost.Runtime;

/// <summary>What a simulation may do to the host. Asked only in simulations.</summary>
internal interface IHostFaults
{
    /// <summary>Whether the activation crashes instead of running its next turn.</summary>
    bool CrashesBeforeTurn(GrainActivation activation);

    /// <summary>Which activation gets a call; null for the one in the directory.</summary>
    GrainActivation? Route(GrainClass grainClass, string key);

    /// <summary>How often a call to an observer arrives: 0, 1 or 2.</summary>
    int Copies(Invocation observerCall);

    /// <summary>The periodic look at activations that are not in the directory.</summary>
    void Sweep(long now);

    /// <summary>An activation has ended, in the directory or not.</summary>
    void Ended(GrainActivation activation);
}
