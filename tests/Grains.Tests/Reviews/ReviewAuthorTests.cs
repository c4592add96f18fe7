using Chat.Grains.Orders;
using Chat.Grains.Reviews;

namespace Chat.Grains.Tests.Reviews;

/// <summary>What the public learns of a buyer, and of an order, from a review.</summary>
public sealed class ReviewAuthorTests
{
    [Theory]
    [InlineData("Anna", "A***a")]
    [InlineData("Anna Kowalska-Nowak", "A***k")]
    [InlineData("Al", "A***l")]
    [InlineData("A", "A***")]
    [InlineData("", "***")]
    [InlineData(null, "***")]
    [InlineData(" -- ", "***")]
    [InlineData("😀Anna😀", "A***a")]
    [InlineData("𝒜nn𝒶", "𝒜***𝒶")]
    [InlineData("E\u0301milie\u0301", "E\u0301***e\u0301")]
    [InlineData("李小明", "李***明")]
    [InlineData("محمد", "م***د")]
    [InlineData("नमस्ते", "न***ते")]
    [InlineData("anna99", "a***9")]
    [InlineData("(Anna)", "A***a")]
    public void Name_is_masked_between_its_ends(string? name, string masked) => Assert.Equal(masked, ReviewAuthor.Mask(name));

    [Fact]
    public void Letter_with_endless_marks_is_cut_to_itself() => Assert.Equal("A***a", ReviewAuthor.Mask("Ann" + "a" + new string('\u0301', 50)));

    [Theory]
    [InlineData("1234567890123456~1", true)]
    [InlineData("m-1~50", true)]
    [InlineData("m-1~0", false)]
    [InlineData("m-1~51", false)]
    [InlineData("m-1~01", false)]
    [InlineData("m-1~+1", false)]
    [InlineData("m-1~ 1", false)]
    [InlineData("m-1~1~1", false)]
    [InlineData("m-1", false)]
    [InlineData("~1", false)]
    [InlineData("M-1~1", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Review_id_is_read_in_one_spelling(string? text, bool valid)
    {
        Assert.Equal(valid, ReviewId.TryParse(text, out var id));
        if (valid)
        {
            Assert.Equal(text, ReviewId.Of(id.Order, id.Line).Value);
        }
    }

    [Fact]
    public void Public_name_tells_no_order_and_differs_for_each_line()
    {
        var names = Enumerable.Range(1, 50).Select(line => ReviewId.Of(new OrderId("1234567890123456"), line).PublicName).ToArray();
        Assert.Equal(50, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[A-Za-z0-9_-]{22}$", name));
    }
}
