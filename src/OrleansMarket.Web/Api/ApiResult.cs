using Microsoft.AspNetCore.Http;
using OrleansMarket.Web.Json;

namespace OrleansMarket.Web.Api;

/// <summary>Answers with data, decimals in the form that the query's <c>numbers</c> asks for.</summary>
internal static class ApiResult
{
    public static IResult Data<T>(HttpContext context, T value, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(value, OptionsFor(context), statusCode: status);
    }

    public static System.Text.Json.JsonSerializerOptions OptionsFor(HttpContext context) =>
        context.Request.Query["numbers"] == "string" ? MarketJson.TextNumbers : MarketJson.Options;
}
