using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance;
using OrleansMarket.Feeds.Simulation;

namespace OrleansMarket.Feeds.Sources;

/// <summary>Decides what feeds the product, and says so in the log.</summary>
/// <param name="settings">What is wanted.</param>
/// <param name="configuration">All settings.</param>
/// <param name="clock">Our clock.</param>
/// <param name="loggers">Logs.</param>
/// <param name="replace">Adds what talks to the exchange instead of our own client; the rest of it is added after.</param>
public sealed partial class SourceChooser(
    SourceSettings settings, IConfiguration configuration, TimeProvider clock, ILoggerFactory loggers, Action<IServiceCollection>? replace = null) : IDisposable
{
    // Where the simulator stands in, nobody waits for long.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(8);

    // Where nothing does, a slow network or machine has time for every attempt of a request: without an answer a first start ends here.
    private static readonly TimeSpan LiveTimeout = TimeSpan.FromSeconds(60);

    private readonly ILogger _logger = loggers.CreateLogger<SourceChooser>();
    private LiveSource? _live;

    /// <summary>Chooses and opens the source. Its feed begins again when it fails.</summary>
    /// <exception cref="MarketStartException">A setting cannot be used.</exception>
    /// <exception cref="Replay.TapeException">The recording cannot be used.</exception>
    public async Task<MarketParts> ChooseAsync(CancellationToken cancellationToken)
    {
        var parts = await OpenAsync(cancellationToken);
        return parts with { Feed = specs => new SteadyFeed(parts.Feed(specs), clock, loggers.CreateLogger<SteadyFeed>()) };
    }

    /// <inheritdoc/>
    public void Dispose() => _live?.Dispose();

    private async Task<MarketParts> OpenAsync(CancellationToken cancellationToken)
    {
        var binance = BinanceOptions();
        var symbols = Symbols(binance);
        Check(new BinanceFeedOptionsValidator().Validate(null, binance));
        switch (settings.Kind)
        {
            case SourceKind.Simulator:
                return await SimulateAsync(symbols, cancellationToken);
            case SourceKind.File:
                return await ReplaySource.OpenAsync(settings.File!, settings.Speed, clock, cancellationToken);
            default:
                break;
        }

        _live = new LiveSource(configuration, Path.Combine(settings.DataDirectory, AccessFile.Name), clock, loggers, replace);
        var patience = settings.Kind == SourceKind.Live ? LiveTimeout : ProbeTimeout;
        using var timeout = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var specs = await _live.GetSpecsAsync(symbols, either.Token);
            return _live.ToParts(symbols, specs, binance.RestEndpoint);
        }
        catch (Exception exception) when (exception is ExchangeUnavailableException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var reason = exception is OperationCanceledException ? $"no answer within {patience.TotalSeconds} s" : exception.Message;
            if (settings.Kind == SourceKind.Live)
            {
                LogWaiting(_logger, reason);
                return _live.ToParts(symbols, new Dictionary<Symbol, SymbolSpec>(), binance.RestEndpoint);
            }

            LogSimulating(_logger, reason);
            return await SimulateAsync(symbols, cancellationToken);
        }
    }

    private static Symbol[] Symbols(BinanceFeedOptions options)
    {
        var wrong = options.Symbols.FirstOrDefault(name => !Symbol.IsPlausible(name));
        return wrong is null
            ? [.. options.Symbols.Select(name => new Symbol(name)).Distinct()]
            : throw new MarketStartException($"SYMBOLS: expected pairs such as BTCUSDT,ETHUSDT, found '{wrong}'");
    }

    private BinanceFeedOptions BinanceOptions()
    {
        var options = configuration.GetSection(BinanceFeedOptions.SectionName).Get<BinanceFeedOptions>() ?? new BinanceFeedOptions();
        BinanceFlatSettings.Apply(options, configuration);
        return options;
    }

    private Task<MarketParts> SimulateAsync(Symbol[] symbols, CancellationToken cancellationToken)
    {
        var options = configuration.GetSection(SimulatorOptions.SectionName).Get<SimulatorOptions>() ?? new SimulatorOptions();
        Check(new SimulatorOptionsValidator().Validate(null, options));
        return SimulatorSource.OpenAsync(options, symbols, clock, loggers, cancellationToken);
    }

    private static void Check(ValidateOptionsResult result)
    {
        if (result.Failed)
        {
            throw new MarketStartException(string.Join("; ", result.Failures));
        }
    }

    [LoggerMessage(EventId = 1240, Level = LogLevel.Warning, Message = "The exchange cannot be reached ({Reason}): prices are SIMULATED")]
    private static partial void LogSimulating(ILogger logger, string reason);

    [LoggerMessage(EventId = 1241, Level = LogLevel.Warning, Message = "The exchange cannot be reached yet ({Reason}); the feed goes on trying")]
    private static partial void LogWaiting(ILogger logger, string reason);
}
