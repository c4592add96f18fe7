using Orleans.Core;

namespace Orleans.Core
{
    /// <summary>One stored value of a grain.</summary>
    public interface IStorage
    {
        /// <summary>Version of the row last read or written; null when there was none.</summary>
        string? Etag { get; }

        /// <summary>Whether a row with content exists.</summary>
        bool RecordExists { get; }

        /// <summary>Empties the row. Throws <see cref="Orleans.Storage.InconsistentStateException"/> when somebody else wrote.</summary>
        Task ClearStateAsync();

        /// <summary>Stores the value. Throws <see cref="Orleans.Storage.InconsistentStateException"/> when somebody else wrote.</summary>
        Task WriteStateAsync();

        /// <summary>Reads the value, replacing the one in memory.</summary>
        Task ReadStateAsync();

        /// <inheritdoc cref="ClearStateAsync()"/>
        Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

        /// <inheritdoc cref="WriteStateAsync()"/>
        Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

        /// <inheritdoc cref="ReadStateAsync()"/>
        Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
    }

    /// <summary>One stored value of a grain.</summary>
    public interface IStorage<TState> : IStorage
    {
        /// <summary>The value in memory.</summary>
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A grain's stored value, injected by <see cref="PersistentStateAttribute"/> and read before activation.</summary>
    public interface IPersistentState<TState> : IStorage<TState>;

    /// <summary>Asks for a stored value in a grain's constructor.</summary>
    /// <remarks>
    /// The row is found by state name and key alone, as Orleans' ADO.NET provider does it: two grain classes that use one
    /// state name share rows when their keys meet.
    /// </remarks>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
    {
        /// <summary>Name of the value.</summary>
        public string StateName { get; } = stateName;

        /// <summary>Name of the storage; null is the default one.</summary>
        public string? StorageName { get; } = storageName;
    }
}
