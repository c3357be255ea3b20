namespace OrleansMarket.Silo.Hosting;

/// <summary>A data folder that goes with the process.</summary>
internal sealed class PassingFolder : IDisposable
{
    /// <summary>Gets where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("orleans-market-").FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A file that is still open goes with the next cleaning of the machine's temporary folder.
        }
    }
}
