using Orleans.Dashboard;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Silo.Hosting;

/// <summary>The Orleans Dashboard. It shows what every grain does and has no lock of its own.</summary>
internal static class Dashboard
{
    /// <summary>Where it is.</summary>
    public const string Path = "/dashboard";

    /// <summary>Maps it, open from this machine, with the API key from elsewhere.</summary>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        app.UseKeyElsewhere(Path);
        app.MapOrleansDashboard(Path).ExcludeFromDescription();
        return app;
    }
}
