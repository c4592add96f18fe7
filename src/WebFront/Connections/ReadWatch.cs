using Chat.Grains.Shared;

namespace Chat.WebFront.Connections;

/// <summary>What has to be done about a client, by <see cref="ReadWatch.Judge"/>.</summary>
internal enum ReadVerdict
{
    /// <summary>Nothing: it read what was pushed, nothing was, or there is time left.</summary>
    Fine,

    /// <summary>It is to be asked whether it reads. Told once; from here on the answer is waited for.</summary>
    Ask,

    /// <summary>It was asked and did not answer: it does not read.</summary>
    Silent,
}

/// <summary>
/// Whether a client reads what is pushed to it. A client that calls has shown that it is there; one that was pushed something
/// and says nothing is asked, once for all that came until then. To whom nothing is pushed nothing is asked. Costs no timer
/// and no memory beside its two numbers; pushes and calls may come from any thread, one thread judges.
/// </summary>
internal struct ReadWatch(TimeProvider time)
{
    /// <summary>When the oldest push was made that neither a call nor a question followed; 0 when there is none.</summary>
    private long _pushedAt;

    /// <summary>When the question was asked that waits for its answer; 0 when none does.</summary>
    private long _askedAt;

    public void Pushed()
    {
        if (Volatile.Read(ref _pushedAt) == 0)
        {
            Volatile.Write(ref _pushedAt, time.GetTimestamp());
        }
    }

    /// <summary>The client called; an answer is a call as well.</summary>
    public void Called()
    {
        Volatile.Write(ref _pushedAt, 0);
        Volatile.Write(ref _askedAt, 0);
    }

    public ReadVerdict Judge()
    {
        if (Volatile.Read(ref _askedAt) is not 0 and var asked)
        {
            return time.GetElapsedTime(asked) > Limits.ProbeAnswerWithin ? ReadVerdict.Silent : ReadVerdict.Fine;
        }

        var pushed = Volatile.Read(ref _pushedAt);
        if (pushed == 0 || time.GetElapsedTime(pushed) < Limits.ProbeAfter)
        {
            return ReadVerdict.Fine;
        }

        Volatile.Write(ref _pushedAt, 0);
        Volatile.Write(ref _askedAt, time.GetTimestamp());
        return ReadVerdict.Ask;
    }
}
