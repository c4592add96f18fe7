using System.Text;
using Chat.Bench.Peers;

namespace Chat.Bench.Tests;

public sealed class XmlStanzaTests
{
    [Theory]
    [InlineData("<a h='2' xmlns='urn:xmpp:sm:3'/><r/>", 32)]
    [InlineData("<message id='1'><body>x</body><archived by='y'/></message><r/>", 58)]
    [InlineData("</stream:stream>", 16)]
    [InlineData("<message id='1'><body>x</body>", 0)]
    [InlineData("<message id='1'><bo", 0)]
    [InlineData("", 0)]
    public void A_stanza_ends_where_its_element_does(string xml, int length) => Assert.Equal(length, XmlStanza.Length(Encoding.UTF8.GetBytes(xml)));

    [Fact]
    public void Only_the_first_tag_has_the_attribute()
    {
        var stanza = Encoding.UTF8.GetBytes("<message to='a' id='12'><stanza-id by='b' id='34'/></message>");
        Assert.Equal("12", Encoding.UTF8.GetString(XmlStanza.Attribute(stanza, " id='"u8)));
        Assert.True(XmlStanza.Attribute(stanza, " h='"u8).IsEmpty);
    }
}
