using System.IO.Compression;
using System.Text.Json;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;

namespace OrleansMarket.Domain.Tests;

/// <summary>The recorded tape of Binance spot, where there is one (<see cref="NeedsFactAttribute.RealData"/>).</summary>
internal static class RealCapture
{
    /// <summary>The trades of a file; prices in cents, quantities with five decimals.</summary>
    public static IEnumerable<(long Id, long Time, long Price, long Quantity, TakerSide Taker)> Trades(string file)
    {
        var folder = Environment.GetEnvironmentVariable(NeedsFactAttribute.RealData)!;
        var path = Directory.EnumerateFiles(folder, file, SearchOption.AllDirectories).First();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var frame = JsonDocument.Parse(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            if (frame.RootElement.TryGetProperty("stream", out var stream) && stream.GetString()!.EndsWith("@trade", StringComparison.Ordinal))
            {
                var data = frame.RootElement.GetProperty("data");
                yield return (
                    data.GetProperty("t").GetInt64(),
                    data.GetProperty("T").GetInt64() * 1_000,
                    (long)(decimal.Parse(data.GetProperty("p").GetString()!) * 100),
                    (long)(decimal.Parse(data.GetProperty("q").GetString()!) * 100_000),
                    data.GetProperty("m").GetBoolean() ? TakerSide.Sell : TakerSide.Buy);
            }
        }
    }
}
