using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Replay;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Replay;

/// <summary>A folder for one test, and the ways in which recordings come.</summary>
public sealed class TapeFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string At(string name) => _folder.File(name);

    public string Plain(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public string Gzip(string name, string text, int? keepBytes = null)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        File.WriteAllBytes(At(name), memory.ToArray().AsSpan(0, keepBytes ?? (int)memory.Length));
        return At(name);
    }

    public string Zip(string name, params (string Name, string Text)[] entries)
    {
        using (var zip = ZipFile.Open(At(name), ZipArchiveMode.Create))
        {
            foreach (var (entryName, text) in entries)
            {
                using var writer = new StreamWriter(zip.CreateEntry(entryName).Open());
                writer.Write(text);
            }
        }

        return At(name);
    }

    public static void Checksum(string path, string? hash = null) => File.WriteAllText(
        path + ".CHECKSUM", $"{hash ?? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}  {Path.GetFileName(path)}\n");

    public void Dispose() => _folder.Dispose();

    /// <summary>Everything a file holds.</summary>
    public static TapeContentRead ReadAll(string path, Symbol? symbol = null)
    {
        var file = TapeFile.Open(path, symbol);
        using var reader = file.OpenReader(TapeSymbols.Any());
        var block = new TapeBlock();
        var result = new TapeContentRead(file, [], [], 0);
        while (reader.Read(block))
        {
            foreach (var run in block.Runs)
            {
                foreach (var print in block.Span(run))
                {
                    result.Prints.Add((run.Spec.Symbol, print));
                }
            }

            result.DeadLetters.AddRange(block.DeadLetters);
            result = result with { OtherRows = result.OtherRows + block.OtherRows };
        }

        return result;
    }
}

public sealed record TapeContentRead(TapeFile File, List<(Symbol Symbol, ReceivedPrint Received)> Prints, List<DeadLetter> DeadLetters, long OtherRows);
