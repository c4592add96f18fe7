namespace Chat.Grains.Storage;

/// <summary>The one named storage all grain state goes to; hosts register it under this name.</summary>
public static class StateStorage
{
    /// <summary>The name.</summary>
    public const string Name = "grains";
}
