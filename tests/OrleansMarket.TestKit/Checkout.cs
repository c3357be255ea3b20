namespace OrleansMarket.TestKit;

/// <summary>The checkout that the running assembly was built from.</summary>
public static class Checkout
{
    private const string Mark = "OrleansMarket.sln";

    /// <summary>Gets its folder.</summary>
    /// <exception cref="InvalidOperationException">The assembly runs elsewhere.</exception>
    public static string Root => Find() ?? throw new InvalidOperationException($"expected {Mark} above {AppContext.BaseDirectory}, found none");

    /// <summary>Its folder, or <see langword="null"/> when the assembly runs elsewhere.</summary>
    public static string? Find()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, Mark)))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }
}
