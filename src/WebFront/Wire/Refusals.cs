using Chat.Grains.Shared;

namespace Chat.WebFront.Wire;

/// <summary>Refusals that must read the same wherever they are told, so that nobody learns from a difference.</summary>
internal static class Refusals
{
    public static ChatError NoConversation { get; } = new(ErrorCode.ConversationNotFound, "There is no such conversation.");

    public static ChatError NoStore { get; } = new(ErrorCode.StoreNotFound, "There is no such store.");

    public static ChatError NoProduct { get; } = new(ErrorCode.ProductNotFound, "There is no such product in that store.");

    public static ChatError NoOrder { get; } = new(ErrorCode.OrderNotFound, "There is no such order.");

    public static ChatError NoMethod { get; } = new(ErrorCode.UnknownMethod, "There is no such method.");

    public static ChatError NoReview { get; } = new(ErrorCode.ReviewNotFound, "There is no such review.");

    public static ChatError HelloFirst { get; } = new(ErrorCode.HelloFirst, "Call 'hello' first.");

    public static ChatError Unavailable { get; } = new(ErrorCode.Unavailable, "The service cannot be reached now.", TimeSpan.FromSeconds(1));

    public static ChatError OutcomeUnknown { get; } =
        new(ErrorCode.OutcomeUnknown, "It may or may not have been stored. Repeat it with the same id.", TimeSpan.FromSeconds(1));

    public static ChatError Busy { get; } = new(ErrorCode.Busy, "This server has too much to do now.", TimeSpan.FromSeconds(1));

    public static ChatError Internal { get; } = new(ErrorCode.Internal, "Something went wrong on our side.");

    public static ChatError Unauthenticated { get; } = new(ErrorCode.Unauthenticated, "A valid access token is needed.");

    public static ChatError SessionRevoked { get; } = new(ErrorCode.SessionRevoked, "This session was signed out.");

    public static ChatError OriginRefused { get; } = new(ErrorCode.OriginRefused, "Pages of this origin may not connect.");

    public static ChatError BadCredentials { get; } = new(ErrorCode.BadCredentials, "The name or the password is wrong.");
}
