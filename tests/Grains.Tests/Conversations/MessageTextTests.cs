using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Tests.Conversations;

public sealed class MessageTextTests
{
    public static TheoryData<string, ErrorCode?> Texts => new()
    {
        { "Hola", null },
        { new string('a', 3_000), null },
        { new string('a', 3_001), ErrorCode.MessageTooLong },
        { string.Concat(Enumerable.Repeat("🫖", 3_000)), null },
        { string.Concat(Enumerable.Repeat("🫖", 3_001)), ErrorCode.MessageTooLong },
        { "", ErrorCode.MessageEmpty },
        { " \t\r\n\u3000", ErrorCode.MessageEmpty },
        { "\u200B\u200E\u2066\uFEFF", ErrorCode.MessageEmpty },
        { "a\0b", ErrorCode.MessageMalformed },
        { "مرحبا، هل المنتج متوفر؟", null },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_is_allowed_or_refused_by_code(string text, ErrorCode? code) => Assert.Equal(code, MessageText.Check(text)?.Code);

    /// <summary>Not rows of the table above: a test's display name cannot carry half a surrogate pair.</summary>
    [Fact]
    public void Half_a_surrogate_pair_is_refused_wherever_it_stands()
    {
        foreach (var text in (string[])["a\uD83E", "\uDED6a", "\uDED6\uD83E", "\uD83E\uD83E\uDED6"])
        {
            Assert.Equal(ErrorCode.MessageMalformed, MessageText.Check(text)?.Code);
        }
    }

    [Fact]
    public void Refusal_of_a_long_text_names_the_limit() =>
        Assert.Equal(Limits.BodyCodePointsMax, MessageText.Check(new string('a', 3_001))!.Limit);
}
