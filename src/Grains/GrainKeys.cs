using System.Globalization;
using Chat.Grains.Accounts;
using Chat.Grains.Cluster;
using Chat.Grains.Conversations;
using Chat.Grains.Fronts;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.Grains.StoreRatings;
using Chat.Grains.Stores;
using Chat.Grains.Users;
using Orleans;

namespace Chat.Grains;

/// <summary>
/// The only place that turns ids into grain keys. Every key has a colon or tilde in it: Orleans' ADO.NET storage takes a
/// string key that happens to be hexadecimal for a number, so that the users <c>cafe</c> and <c>0cafe</c> would share one
/// row. The state names (<c>user</c>, <c>store</c>, …) differ for the same reason: they, not the class, name the row's type.
/// </summary>
public static class GrainKeys
{
    /// <summary>The grain of a conversation.</summary>
    public static IConversationGrain Conversation(this IGrainFactory grains, ConversationId id) =>
        grains.GetGrain<IConversationGrain>(id.Value);

    /// <summary>The grain of a user.</summary>
    public static IUserGrain User(this IGrainFactory grains, UserId id) => grains.GetGrain<IUserGrain>(PrincipalId.Of(id).Value);

    /// <summary>The grain of a store.</summary>
    public static IStoreGrain Store(this IGrainFactory grains, StoreId id) => grains.GetGrain<IStoreGrain>(PrincipalId.Of(id).Value);

    /// <summary>The grain of a store's presence.</summary>
    public static ISellerPresenceGrain Presence(this IGrainFactory grains, StoreId id) =>
        grains.GetGrain<ISellerPresenceGrain>(PrincipalId.Of(id).Value);

    /// <summary>The grain of a store's rating.</summary>
    public static IStoreRatingGrain Rating(this IGrainFactory grains, StoreId id) =>
        grains.GetGrain<IStoreRatingGrain>(PrincipalId.Of(id).Value);

    /// <summary>The grain of a built-in account. Its name is the user's id.</summary>
    public static IAccountGrain Account(this IGrainFactory grains, UserId name) =>
        grains.GetGrain<IAccountGrain>("a:" + name.Value);

    /// <summary>The one grain of the key that signs access tokens.</summary>
    public static ISigningKeyGrain SigningKey(this IGrainFactory grains) => grains.GetGrain<ISigningKeyGrain>("k:signing");

    /// <summary>The grain of an order.</summary>
    public static IOrderGrain Order(this IGrainFactory grains, OrderId id) => grains.GetGrain<IOrderGrain>("o:" + id.Value);

    /// <summary>The grain of a review.</summary>
    public static IReviewGrain Review(this IGrainFactory grains, ReviewId id) => grains.GetGrain<IReviewGrain>("v:" + id.Value);

    /// <summary>One of the <see cref="Limits.DeadlineSweepers"/> grains that look for due deadlines, from 0.</summary>
    public static IDeadlineSweeperGrain DeadlineSweeper(this IGrainFactory grains, int number) =>
        grains.GetGrain<IDeadlineSweeperGrain>("d:" + number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The one grain that knows which processes there are.</summary>
    public static IClusterBoardGrain ClusterBoard(this IGrainFactory grains) => grains.GetGrain<IClusterBoardGrain>("b:cluster");

    /// <summary>The grain that knows a principal's live connections.</summary>
    public static IRecipient Recipient(this IGrainFactory grains, PrincipalId principal) =>
        principal.IsStore ? grains.Store(new StoreId(principal.Key)) : grains.User(new UserId(principal.Key));

    /// <summary>The id part of a key made here.</summary>
    internal static string IdPart(string key) => key[2..];
}
