using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Reviews;

/// <summary>Something that happened to a review.</summary>
internal abstract record ReviewEvent;

/// <summary>It exists: the stars are given, and the words, if there are any.</summary>
internal sealed record ReviewWritten(
    ReviewId Id, UserId Buyer, StoreId Store, ProductCard Product, string Author, int Stars, ReviewWords? Text, DateTimeOffset At, DateTimeOffset FollowUpUntil)
    : ReviewEvent;

/// <summary>The buyer added words.</summary>
internal sealed record FollowUpAdded(ReviewWords Words) : ReviewEvent;

/// <summary>The store answered.</summary>
internal sealed record ReplyAdded(ReviewWords Words) : ReviewEvent;

/// <summary>A moderator decided about the words that waited.</summary>
internal sealed record WordsDecided(ReviewPart Part, ReviewRuling Ruling) : ReviewEvent;

/// <summary>A command was done; the next of its id is a repeat.</summary>
internal sealed record CommandDone(ReviewStep Step) : ReviewEvent;

/// <summary>The store's rating has the stars.</summary>
internal sealed record RatingTold : ReviewEvent;
