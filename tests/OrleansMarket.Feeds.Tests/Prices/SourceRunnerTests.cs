using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Prices;

/// <summary>What the runner of a source tells, in which order.</summary>
public sealed class SourceRunnerTests
{
    private static readonly PriceSourceProfile Kraken = new(
        PriceSourceNames.Kraken, PriceSourceNames.Kraken, PriceRule.Exchange, 1, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatCameOfARound_IsHandedOver_BeforeTheStatusTellsOfIt(bool fails)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        SourceRunner? runner = null;
        PriceSourceStatus? atHandOver = null;
        void HandOver() => atHandOver = runner!.Describe();
        runner = new(
            new Source(fails), (_, _) => HandOver(), (_, _, _) => HandOver(), null, new PriceInstruments(services.GetRequiredService<IMeterFactory>()),
            new ManualTimeProvider(), NullLogger.Instance, CancellationToken.None);

        await runner.AskAsync(["BTC"]);

        Assert.NotNull(atHandOver);
        Assert.Equal((PriceSourceState.Starting, null, null), (atHandOver.State, atHandOver.Error, atHandOver.LastAnswered));
        var after = runner.Describe();
        Assert.Equal((fails ? PriceSourceState.Failing : PriceSourceState.Ok, fails ? "down" : null, !fails), (after.State, after.Error, after.LastAnswered is not null));
    }

    [Fact]
    public async Task AFailureThatIsATimeToStayAway_IsNeverShownWithoutIt()
    {
        SourceRunner? runner = null;
        var clock = new ManualTimeProvider();
        var seen = new Onlooker(() => runner!.Describe());
        runner = new(
            new Source(fails: true, TimeSpan.FromMinutes(1)), (_, _) => { }, (_, _, _) => { }, null, new PriceInstruments(new PlainMeters()), clock, seen, CancellationToken.None);

        await runner.AskAsync(["BTC"]);

        Assert.NotEmpty(seen.Seen);
        Assert.All(seen.Seen, status => Assert.Equal((PriceSourceState.Open, clock.GetUtcNow().AddMinutes(1)), (status.State, status.RetryAt)));
    }

    private sealed class Source(bool fails, TimeSpan? stayAway = null) : IPriceSource
    {
        public PriceSourceProfile Profile => Kraken;

        public Task<PriceAnswer> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken) =>
            fails ? throw new ExchangeUnavailableException("down", stayAway) : Task.FromResult(new PriceAnswer([], new Dictionary<string, string>()));
    }

    /// <summary>Looks at the status whenever the runner says something.</summary>
    private sealed class Onlooker(Func<PriceSourceStatus> look) : ILogger
    {
        public List<PriceSourceStatus> Seen { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Seen.Add(look());
    }
}
