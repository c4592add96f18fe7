using System.Text.Json;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Tests.Shared;

public sealed class IdTests
{
    [Theory]
    [InlineData("anna", true)]
    [InlineData("0-a.b_c", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("Anna", false)]
    [InlineData("-anna", false)]
    [InlineData("anna~shop", false)]
    [InlineData("anna:shop", false)]
    [InlineData("ánna", false)]
    public void Ids_follow_one_rule(string? text, bool valid) => Assert.Equal(valid, UserId.TryParse(text, out _));

    [Fact]
    public void Ids_end_at_64_characters()
    {
        Assert.True(IdText.IsValid(new string('a', 64)));
        Assert.False(IdText.IsValid(new string('a', 65)));
    }

    [Fact]
    public void Conversation_names_both_sides_and_reads_back()
    {
        var id = ConversationId.Between(new UserId("anna"), new StoreId("casa-lumbre"));
        Assert.True(ConversationId.TryParse(id.ToString(), out var back));
        Assert.Equal((id, "anna", "casa-lumbre"), (back, back.Buyer.Value, back.Store.Value));
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("~shop")]
    [InlineData("anna~")]
    [InlineData("anna~shop~x")]
    [InlineData("Anna~shop")]
    public void Other_texts_are_no_conversation(string text) => Assert.False(ConversationId.TryParse(text, out _));

    [Theory]
    [InlineData("u:anna", true)]
    [InlineData("s:shop", true)]
    [InlineData("x:shop", false)]
    [InlineData("u:", false)]
    [InlineData("anna", false)]
    public void Principals_are_users_or_stores(string text, bool valid) => Assert.Equal(valid, PrincipalId.TryParse(text, out _));

    [Fact]
    public void Ids_are_plain_strings_in_json()
    {
        var card = new ProductCard(new ProductId("teapot"), new StoreId("shop"), "Tetera", new Money(1, "EUR"), "/x.svg");
        var json = JsonSerializer.Serialize(card);
        Assert.Contains("\"Id\":\"teapot\"", json, StringComparison.Ordinal);
        Assert.Equal(card, JsonSerializer.Deserialize<ProductCard>(json));
    }

    [Fact]
    public void A_broken_id_in_json_is_an_error() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<UserId>("\"Not An Id\""));
}
