using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Pipeline;

public sealed class TradeBacklogTests
{
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly Symbol Eth = new("ETHUSDT");

    private readonly TradeBacklog _backlog = new();

    [Fact]
    public void Take_CountsWhatOneProcessHasReadAndNotApplied()
    {
        var progress = new TradeProgress();
        progress.OnRead(Btc, 150);
        progress.OnApplied(Btc, 120);
        progress.OnRead(Eth, 9);
        progress.OnApplied(Eth, 9);
        progress.OnApplied(Eth, 4); // a repair

        _backlog.Take(progress.Describe());

        Assert.Equal(30, _backlog.Count);
    }

    [Fact]
    public void Take_ComparesWhenWhoeverAppliesTells_SoThatReadersAreNotAhead()
    {
        _backlog.Take([new(Btc, null, 100)]);
        _backlog.Take([new(Btc, 500, null)]);
        Assert.Equal(0, _backlog.Count);

        _backlog.Take([new(Btc, null, 480)]);
        Assert.Equal(20, _backlog.Count);
    }

    [Fact]
    public void Take_GrowsWhileAnEngineStandsStill()
    {
        _backlog.Take([new(Btc, 100, 100)]);
        _backlog.Take([new(Btc, 400, 100)]);
        _backlog.Take([new(Btc, 900, 100)]);

        Assert.Equal(800, _backlog.Count);
    }

    [Fact]
    public void Take_BelievesNoProcessThatAnEngineHasLeft()
    {
        _backlog.Take([new(Btc, 1_000, 990)]);
        _backlog.Take([new(Btc, null, 1_000)]);
        _backlog.Take([new(Btc, 1_000, 990)]);

        Assert.Equal(0, _backlog.Count);
    }

    [Fact]
    public void Describe_ForgetsAnEngineThatHasLeft()
    {
        var progress = new TradeProgress();
        progress.OnRead(Btc, 5);
        progress.OnApplied(Btc, 3);
        progress.Leave(Btc);

        Assert.Equal([new SymbolProgress(Btc, 5, null)], progress.Describe());
    }
}
