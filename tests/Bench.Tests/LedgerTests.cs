using System.Text;

namespace Chat.Bench.Tests;

public sealed class LedgerTests
{
    [Fact]
    public void An_answer_to_an_earlier_measurement_is_nobodys()
    {
        var (earlier, later) = (new Ledger(10), new Ledger(10));
        var late = earlier.Begin(0);
        var mine = later.Begin(0);
        Assert.False(later.Acked(late, 0));
        Assert.True(later.Acked(mine, 0));
        Assert.Equal(0, later.Unanswered());
    }

    [Fact]
    public void A_delivery_counts_once_and_its_repeat_is_a_fault()
    {
        var ledger = new Ledger(10);
        var number = ledger.Begin(0);
        Span<byte> id = stackalloc byte[36];
        Assert.Equal(36, ledger.WriteId(number, id));
        Assert.True(Guid.TryParse(Encoding.ASCII.GetString(id), out _));
        ledger.Acked(number, 0);
        Assert.Equal(1, ledger.Undelivered());
        Assert.True(ledger.Delivered(id));
        Assert.Equal((0, 0), (ledger.Undelivered(), ledger.Repeats));
        ledger.Delivered(id);
        Assert.Equal(1, ledger.Repeats);
    }

    [Fact]
    public void A_full_ledger_takes_no_more()
    {
        var ledger = new Ledger(1);
        Assert.True(ledger.Begin(0) >= 0);
        Assert.Equal(-1, ledger.Begin(0));
    }
}
