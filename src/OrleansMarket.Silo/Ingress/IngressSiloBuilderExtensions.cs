using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Ingress;
using OrleansMarket.Grains.Placement;
using OrleansMarket.Sinks.TradeLog;

namespace OrleansMarket.Silo.Ingress;

/// <summary>Gives a silo its roles, and what the ingress role needs.</summary>
public static class IngressSiloBuilderExtensions
{
    /// <summary>Tells the other silos what this one is for; grains with a role come only to silos that have it.</summary>
    public static ISiloBuilder UseRoles(this ISiloBuilder silo, IReadOnlyCollection<string> roles)
    {
        silo.UseSiloMetadata(new Dictionary<string, string> { [SiloRoles.MetadataKey] = string.Join(',', roles) });
        silo.Services.TryAddSingleton<ActiveRoles>();
        silo.Services.AddPlacementFilter<RolePlacementFilter, RolePlacementDirector>(ServiceLifetime.Transient);
        return silo;
    }

    /// <summary>
    /// Adds the feed: its shards, and on a silo with the ingress role the raw trade log and what keeps every shard owned. Call it after
    /// UseOrleans, so that the feed ends before Orleans does; the host adds <see cref="IShardFeeds"/> and <see cref="ITradeSink"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="isIngress">Whether this silo has the role.</param>
    public static IServiceCollection AddIngress(this IServiceCollection services, bool isIngress)
    {
        services.AddOptionsWithValidateOnStart<IngressOptions, IngressOptionsValidator>().BindConfiguration(IngressOptions.SectionName);
        services.TryAddSingleton<IngressInstruments>();
        services.TryAddSingleton<LocalShards>();
        if (isIngress)
        {
            services.AddTradeLog();
            services.AddSingleton(provider => new LocalTradeLog(provider.GetRequiredService<FileTradeLog>()));
            services.AddHostedService<TradeLogFlusher>();
            services.AddSingleton<IngressKeeper>();
            services.AddHostedService(provider => provider.GetRequiredService<IngressKeeper>());
        }

        // Whoever asks for raw trades asks the whole cluster.
        services.AddSingleton<ITradeLog, ClusterTradeLog>();
        return services;
    }
}
