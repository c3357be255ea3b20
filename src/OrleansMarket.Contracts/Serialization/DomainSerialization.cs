using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Contracts.Serialization;

/// <summary>Teaches Orleans the domain's types, which know nothing of it.</summary>
public static class DomainSerialization
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddDomainSerialization(this IServiceCollection services)
    {
        services.AddSerializer(serializer => serializer.AddJsonSerializer(
            IsOfDomain, isCopyable: null, options => options.Configure(json => json.SerializerOptions = DomainJson.Options)));
        services.AddSingleton<IGeneralizedCopier, SharedDomainValues>();
        return services;
    }

    private static bool IsOfDomain(Type type) => type.Assembly == typeof(Symbol).Assembly;

    /// <summary>Values of the domain never change, so silo and grain share them instead of copying.</summary>
    private sealed class SharedDomainValues : IGeneralizedCopier
    {
        public bool IsSupportedType(Type type) => IsOfDomain(type);

        public object? DeepCopy(object? input, CopyContext context) => input;
    }
}
