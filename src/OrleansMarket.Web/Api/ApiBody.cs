using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansMarket.Web.Json;

namespace OrleansMarket.Web.Api;

/// <summary>Reads a JSON body, bounded, and says by field what is wrong with it.</summary>
internal static class ApiBody
{
    /// <summary>The largest body accepted, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Reads the body; exactly one of the answers is set.</summary>
    public static async Task<(T? Body, IResult? Problem)> ReadAsync<T>(HttpContext context)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            return (null, Problems.UnsupportedMediaType(context.Request.ContentType));
        }

        try
        {
            var bytes = await ReadBytesAsync(context.Request.Body, context.RequestAborted);
            if (bytes is null)
            {
                return (null, Problems.TooLarge(MaxBytes));
            }

            return JsonSerializer.Deserialize<T>(bytes.Value.Span, MarketJson.Options) is { } body
                ? (body, null)
                : (null, Problems.Invalid("body", "expected a JSON object, found null"));
        }
        catch (JsonException exception)
        {
            var (field, error) = Explain(exception);
            return (null, Problems.Invalid(field, error));
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBytesAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxBytes + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (read > MaxBytes)
        {
            return null;
        }

        return buffer.AsMemory(0, read);
    }

    private static (string Field, string Error) Explain(JsonException exception)
    {
        var field = string.IsNullOrEmpty(exception.Path) || exception.Path == "$" ? "body" : exception.Path.TrimStart('$', '.');
        var message = exception.Message;
        return (field, message) switch
        {
            _ when message.StartsWith("expected ", StringComparison.Ordinal) => (field, message.Split(" Path:")[0]),
            _ when message.Contains("could not be mapped", StringComparison.Ordinal) => (field, "unknown field; /docs lists those that are known"),
            _ when message.Contains("missing required properties", StringComparison.Ordinal) =>
                // The first name in quotes is the type's.
                (field, $"expected the fields {string.Join(", ", message.Split('\'').Where((_, index) => index % 2 == 1).Skip(1))}, found the body without them"),
            _ when message.Contains("could not be converted", StringComparison.Ordinal) => (field, "a value of another type is expected; /docs describes the field"),
            _ => ("body", $"expected well-formed JSON, found an error at line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}"),
        };
    }
}
