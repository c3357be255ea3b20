using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Registers the database and the stores in it.</summary>
public static class SqliteServiceCollectionExtensions
{
    /// <summary>
    /// Adds the database under <c>Storage:DataDirectory</c> as candle, whale, gap, dead letter, alert, engine state, specification, settings,
    /// last price and portfolio store, and the upkeep of its bounds. Needs <see cref="TimeProvider"/>, logging and metrics.
    /// </summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<StorageOptions, StorageOptionsValidator>().BindConfiguration(StorageOptions.SectionName);
        services.AddOptionsWithValidateOnStart<RetentionOptions, RetentionOptionsValidator>().BindConfiguration(RetentionOptions.SectionName);
        services.TryAddSingleton<StorageInstruments>();
        services.TryAddSingleton<JobLog>();
        services.AddSingleton(provider => MarketDatabase.Open(
            provider.GetRequiredService<IOptions<StorageOptions>>(), provider.GetRequiredService<StorageInstruments>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<MarketDatabase>>()));
        services.AddSingleton<SqliteDeadLetterStore>();
        services.AddSingleton<IDeadLetterStore>(provider => provider.GetRequiredService<SqliteDeadLetterStore>());
        services.AddSingleton<ICandleStore, SqliteCandleStore>();
        services.AddSingleton<IWhaleStore, SqliteWhaleStore>();
        services.AddSingleton<IGapStore, SqliteGapStore>();
        services.AddSingleton<IAlertStore, SqliteAlertStore>();
        services.AddSingleton<IEngineStateStore, SqliteEngineStateStore>();
        services.AddSingleton<ISymbolSpecStore, SqliteSymbolSpecStore>();
        services.AddSingleton<ISettingsStore, SqliteSettingsStore>();
        services.AddSingleton<IPriceStore, SqlitePriceStore>();
        services.AddSingleton<IPortfolioStore, SqlitePortfolioStore>();
        services.AddHostedService<StorageMaintenance>();
        return services;
    }
}
