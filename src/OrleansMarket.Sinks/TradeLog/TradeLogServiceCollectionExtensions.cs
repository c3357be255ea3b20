using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Registers the raw trade log.</summary>
public static class TradeLogServiceCollectionExtensions
{
    /// <summary>Adds the raw trade log under <c>Storage:DataDirectory</c> and its upkeep. Needs <see cref="TimeProvider"/>, logging and metrics.</summary>
    public static IServiceCollection AddTradeLog(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<StorageOptions, StorageOptionsValidator>().BindConfiguration(StorageOptions.SectionName);
        services.AddOptionsWithValidateOnStart<TradeLogOptions, TradeLogOptionsValidator>().BindConfiguration(TradeLogOptions.SectionName);
        services.TryAddSingleton<StorageInstruments>();
        services.TryAddSingleton<JobLog>();
        services.AddSingleton(provider => FileTradeLog.Open(
            provider.GetRequiredService<IOptions<StorageOptions>>(), provider.GetRequiredService<IOptions<TradeLogOptions>>(),
            provider.GetRequiredService<StorageInstruments>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<FileTradeLog>>()));
        services.AddSingleton<ITradeLog>(provider => provider.GetRequiredService<FileTradeLog>());
        services.AddHostedService<TradeLogUpkeep>();
        return services;
    }
}
