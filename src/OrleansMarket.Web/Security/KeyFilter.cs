using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansMarket.Web.Security;

/// <summary>Endpoint metadata: the operation needs the API key.</summary>
internal sealed class KeyRequired
{
    public static KeyRequired Instance { get; } = new();
}

/// <summary>Turns away requests without the API key before the endpoint reads anything of them.</summary>
internal static class KeyFilter
{
    public static ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var problem = context.HttpContext.RequestServices.GetRequiredService<KeyGate>().Check(context.HttpContext);
        return problem is null ? next(context) : ValueTask.FromResult<object?>(problem);
    }
}
