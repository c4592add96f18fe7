using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Base of what the host itself throws.</summary>
    public class OrleansException : Exception
    {
        /// <summary>Without detail.</summary>
        public OrleansException()
            : base("Unexpected error.")
        {
        }

        /// <summary>With a message.</summary>
        public OrleansException(string message)
            : base(message)
        {
        }

        /// <summary>With a message and a cause.</summary>
        public OrleansException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>A bound was reached: too many waiting requests, or too many activations.</summary>
    public sealed class LimitExceededException : OrleansException
    {
        /// <summary>Without detail.</summary>
        public LimitExceededException()
            : base("Limit exceeded")
        {
        }

        /// <summary>With a message.</summary>
        public LimitExceededException(string message)
            : base(message)
        {
        }

        /// <summary>With a message and a cause.</summary>
        public LimitExceededException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The host refused to take a request.</summary>
    public class OrleansMessageRejectionException : OrleansException
    {
        /// <summary>Without detail.</summary>
        internal OrleansMessageRejectionException()
            : base("Unable to send the request.")
        {
        }

        /// <summary>With a message.</summary>
        internal OrleansMessageRejectionException(string message)
            : base(message)
        {
        }

        /// <summary>With a message and a cause.</summary>
        internal OrleansMessageRejectionException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The host is stopping and starts no grains any more.</summary>
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        /// <summary>Without detail.</summary>
        public SiloUnavailableException()
            : base("The grain host is stopping.")
        {
        }

        /// <summary>With a message.</summary>
        public SiloUnavailableException(string message)
            : base(message)
        {
        }

        /// <summary>With a message and a cause.</summary>
        public SiloUnavailableException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>An observer's reference was deleted.</summary>
    public sealed class ClientNotAvailableException : OrleansException
    {
        /// <summary>Without detail.</summary>
        public ClientNotAvailableException()
            : base("The observer is gone.")
        {
        }

        /// <summary>With a message.</summary>
        public ClientNotAvailableException(string message)
            : base(message)
        {
        }

        /// <summary>With a message and a cause.</summary>
        public ClientNotAvailableException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }
}

namespace Orleans.Storage
{
    /// <summary>
    /// A state write or clear found another version than the one read: somebody else wrote. Leaving a grain call, it
    /// deactivates the activation that made the write.
    /// </summary>
    public class InconsistentStateException : OrleansException
    {
        /// <summary>Without detail.</summary>
        public InconsistentStateException()
        {
        }

        /// <summary>With a message.</summary>
        public InconsistentStateException(string message)
            : base(message)
        {
        }

        /// <summary>With a message and a cause.</summary>
        public InconsistentStateException(string message, Exception? innerException)
            : base(message, innerException!)
        {
        }

        /// <summary>With the version found and the version expected.</summary>
        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
            : base(errorMsg)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        /// <summary>The version in the database, where known.</summary>
        public string? StoredEtag { get; private set; }

        /// <summary>The version the write expected.</summary>
        public string? CurrentEtag { get; private set; }

        /// <summary>True until it has deactivated the activation it arose in: callers further up keep theirs.</summary>
        internal bool IsSourceActivation { get; set; } = true;
    }
}
