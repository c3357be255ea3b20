using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Portfolio;

/// <summary>Serves portfolios.</summary>
internal static class PortfolioEndpoints
{
    private const string Tag = "Portfolio";
    private const string FileRemedy = "Change the file and restart the server, or take another name.";

    public static void MapPortfolios(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/portfolio", ListAsync)
            .Describe("getPortfolios", Tag, "Portfolios", "The names and holdings of all portfolios: those stored here, and those of the file named by the setting Portfolio:File.")
            .WithQuery(QueryParameter.Numbers())
            .Produces<PortfoliosResponse>();
        routes.MapGet("/api/portfolio/{name}", GetAsync)
            .Describe("getPortfolio", Tag, "Value and risk of a portfolio",
                "Value, change over 24 hours, weights, profit and loss; volatility, one-day historical value at risk, maximum drawdown and correlations from up to 500 daily returns of today's holdings. " +
                "Every figure tells what it rests on (`samples`, `sources`, `ageMs`), and one that cannot be given says why in `reason`. A holding without a price is left out and named. " +
                "Values are kept 30 s and risk figures 300 s.")
            .WithQuery(QueryParameter.Numbers())
            .Produces<PortfolioResponse>()
            .MayFail(404);
        routes.MapPut("/api/portfolio/{name}", PutAsync)
            .Describe("putPortfolio", Tag, "Store a portfolio",
                $"Stores the holdings under the name, in the place of those before. At most {PortfolioValidator.MaxPortfolios} portfolios of {PortfolioValidator.MaxHoldings} holdings.")
            .WithQuery()
            .Accepts<PortfolioRequest>("application/json")
            .WithRequestExample(new PortfolioRequest
            {
                Holdings = [new() { Asset = "BTC", Quantity = 0.5m, CostBasis = 20_000 }, new() { Asset = "ETH", Quantity = 4 }, new() { Asset = "USD", Quantity = 1_000 }],
            })
            .Produces<PortfolioHoldings>()
            .Produces<PortfolioHoldings>(StatusCodes.Status201Created)
            .MayFail(400, 409, 413, 415)
            .RequireKey();
        routes.MapDelete("/api/portfolio/{name}", RemoveAsync)
            .Describe("removePortfolio", Tag, "Remove a portfolio", "Forgets the holdings.")
            .WithQuery()
            .Produces(StatusCodes.Status204NoContent)
            .MayFail(404, 409)
            .RequireKey();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IPortfolios portfolios, CancellationToken cancellationToken) =>
        ApiResult.Data(context, new PortfoliosResponse { Portfolios = await portfolios.ListAsync(cancellationToken) });

    private static async Task<IResult> GetAsync(
        [Description("The portfolio's name.")] string name, HttpContext context, IPortfolios portfolios, IMarket market, CancellationToken cancellationToken) =>
        await portfolios.GetAsync(name, cancellationToken) is { } view
            ? ApiResult.Data(context, PortfolioResponse.From(view, market.Source))
            : Unknown(name);

    private static async Task<IResult> PutAsync(
        [Description("The portfolio's name: lower-case letters and digits with single hyphens between them.")] string name,
        HttpContext context, IPortfolios portfolios, CancellationToken cancellationToken)
    {
        var (body, problem) = await ApiBody.ReadAsync<PortfolioRequest>(context);
        if (body is null)
        {
            return problem!;
        }

        if (body.Holdings is null)
        {
            return Problems.Invalid("holdings", $"expected 1 to {PortfolioValidator.MaxHoldings} holdings, found null");
        }

        return await portfolios.PutAsync(name, body.Holdings, cancellationToken) switch
        {
            { Stored: { } stored, IsNew: var isNew } => ApiResult.Data(context, stored, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK),
            { Conflict: { } conflict } => Problems.Conflict(conflict, conflict.Contains("Portfolio:File", StringComparison.Ordinal) ? FileRemedy : "DELETE /api/portfolio/{name} makes room."),
            { Problems: var problems } => Problems.Invalid(problems),
        };
    }

    private static async Task<IResult> RemoveAsync([Description("The portfolio's name.")] string name, IPortfolios portfolios, CancellationToken cancellationToken) =>
        await portfolios.RemoveAsync(name, cancellationToken) switch
        {
            PortfolioRemoval.Removed => TypedResults.NoContent(),
            PortfolioRemoval.FromFile => Problems.Conflict($"expected a portfolio that the API keeps, found '{name}' in the file named by Portfolio:File", FileRemedy),
            _ => Unknown(name),
        };

    private static IResult Unknown(string name) =>
        Problems.NotFound($"expected the name of a portfolio, found '{name}'", "GET /api/portfolio lists them; PUT /api/portfolio/{name} stores one.");
}
