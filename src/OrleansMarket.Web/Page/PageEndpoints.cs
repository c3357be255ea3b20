using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansMarket.Web.Page;

/// <summary>Serves the page's files, each at its own address; there is no directory to wander through.</summary>
internal static class PageEndpoints
{
    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/realtime", [HttpMethods.Get, HttpMethods.Head], (PageFiles served) => served.Serve("realtime.html")).ExcludeFromDescription();
        var files = routes.ServiceProvider.GetRequiredService<PageFiles>();
        foreach (var path in files.Paths)
        {
            routes.MapMethods("/" + path, [HttpMethods.Get, HttpMethods.Head], (PageFiles served) => served.Serve(path)).ExcludeFromDescription();
        }
    }
}
