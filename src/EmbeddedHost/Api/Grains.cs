using System.Diagnostics.CodeAnalysis;
using Chat.EmbeddedHost.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Something that can be called through a reference.</summary>
    public interface IAddressable;

    /// <summary>Identity of a grain: its type and its key. Written <c>type/key</c>.</summary>
    public readonly record struct GrainId(string Type, string Key)
    {
        /// <inheritdoc/>
        public override string ToString() => Type + "/" + Key;
    }

    /// <summary>The activation, as its grain sees it.</summary>
    public interface IGrainContext
    {
        /// <summary>Which grain this is.</summary>
        GrainId GrainId { get; }

        /// <summary>The grain object; null until it was made.</summary>
        object? GrainInstance { get; }

        /// <summary>Services of this activation: scoped ones live as long as it does.</summary>
        IServiceProvider ActivationServices { get; }

        /// <summary>Completes when the activation has ended.</summary>
        Task Deactivated { get; }

        /// <summary>Ends the activation as soon as its running requests are done.</summary>
        void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);

        /// <summary>Starts a timer of this activation.</summary>
        internal IGrainTimer StartTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options);

        /// <summary>Keeps an idle activation at least that long.</summary>
        internal void DelayDeactivation(TimeSpan timeSpan);
    }
}

namespace Orleans
{
    /// <summary>A grain's contract.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain's contract, keyed by a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>The contract of an object that grains call back.</summary>
    public interface IGrainObserver : IAddressable;

    /// <summary>What every grain class has.</summary>
    public interface IGrainBase
    {
        /// <summary>The activation.</summary>
        IGrainContext GrainContext { get; }

        /// <summary>Runs before the first request; what it throws fails the waiting requests and drops the activation.</summary>
        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        /// <summary>Runs after the last request, except when the process dies.</summary>
        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }

    /// <summary>
    /// Base of grain classes. One activation for each key; its code runs one turn at a time, and every await inside a grain
    /// comes back to the same activation.
    /// </summary>
    [SuppressMessage("Naming", "CA1725:Parameter names should match base declaration", Justification = "As in Orleans.")]
    public abstract class Grain : IGrainBase, IAddressable
    {
        /// <summary>Made by the host; outside of it there is no <see cref="GrainContext"/>.</summary>
        protected Grain() => GrainContext = Activation.OnThisThread!;

        /// <inheritdoc/>
        [AllowNull]
        public IGrainContext GrainContext { get; private set; }

        /// <summary>Makes references to other grains.</summary>
        protected IGrainFactory GrainFactory => field ??= ServiceProvider.GetRequiredService<IGrainFactory>();

        /// <summary>Services of this activation.</summary>
        protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

        /// <inheritdoc cref="GrainBaseExtensions.DeactivateOnIdle"/>
        protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

        /// <summary>Keeps this activation, though idle, at least that long.</summary>
        protected void DelayDeactivation(TimeSpan timeSpan) => GrainContext.DelayDeactivation(timeSpan);

        /// <inheritdoc cref="IGrainBase.OnActivateAsync"/>
        public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        /// <inheritdoc cref="IGrainBase.OnDeactivateAsync"/>
        public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Makes references to grains and observers. Making one calls nothing.</summary>
    public interface IGrainFactory
    {
        /// <summary>A reference to the grain with this key; the prefix picks the class where several implement the interface.</summary>
        TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey;

        /// <summary>A reference through which grains call the object, one call at a time, never inside the caller's turn.</summary>
        TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
            where TGrainObserverInterface : IGrainObserver;

        /// <summary>Ends a reference; later calls fail with <see cref="ClientNotAvailableException"/>. Takes the reference.</summary>
        void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
            where TGrainObserverInterface : IGrainObserver;
    }

    /// <summary>Identity of grains and references.</summary>
    public static class GrainExtensions
    {
        /// <summary>The grain's id.</summary>
        public static GrainId GetGrainId(this IAddressable grain) => grain switch
        {
            IGrainBase self => self.GrainContext.GrainId,
            GrainReference reference => reference.GrainId,
            _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference.", nameof(grain)),
        };

        /// <summary>The grain's key.</summary>
        public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key;

        /// <summary>A reference to the same grain by one of its interfaces.</summary>
        public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => grain switch
        {
            TGrainInterface reference when grain is GrainReference => reference,
            GrainReference reference => (TGrainInterface)(object)reference.Cast(typeof(TGrainInterface)),
            IGrainBase { GrainContext: Activation self } => (TGrainInterface)(object)self.Reference(typeof(TGrainInterface)),
            _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference.", nameof(grain)),
        };
    }

    /// <summary>Why an activation ends.</summary>
    public readonly struct DeactivationReason
    {
        /// <summary>With a text for the log.</summary>
        public DeactivationReason(DeactivationReasonCode code, string text)
            : this(code, null, text)
        {
        }

        /// <summary>With a cause and a text for the log.</summary>
        public DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
        {
            ReasonCode = code;
            Exception = exception;
            Description = text;
        }

        /// <summary>Text for the log.</summary>
        public string Description { get; }

        /// <summary>The kind of reason.</summary>
        public DeactivationReasonCode ReasonCode { get; }

        /// <summary>The cause, where it was an exception.</summary>
        public Exception? Exception { get; }

        /// <inheritdoc/>
        public override string ToString() => $"{ReasonCode}: {Description}";
    }

    /// <summary>Kinds of <see cref="DeactivationReason"/>; those that can happen in this host, with Orleans' numbers.</summary>
    [SuppressMessage("Design", "CA1028:Enum Storage should be Int32", Justification = "As in Orleans.")]
    public enum DeactivationReasonCode : byte
    {
        /// <summary>Not said.</summary>
        None = 0,

        /// <summary>The host stops.</summary>
        ShuttingDown = 1,

        /// <summary>Constructor, state or OnActivateAsync failed.</summary>
        ActivationFailed = 2,

        /// <summary>Unused for too long.</summary>
        ActivationIdle = 4,

        /// <summary>A call failed in a way that makes the activation worthless, such as an inconsistent state.</summary>
        ApplicationError = 8,

        /// <summary>The grain asked for it.</summary>
        ApplicationRequested = 9,
    }
}
