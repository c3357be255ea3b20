using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Feeds.Portfolio;

/// <summary>Configures portfolios. Section: <c>Portfolio</c>.</summary>
public sealed class PortfolioOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Portfolio";

    /// <summary>Gets or sets the JSON file with portfolios (docs/portfolio.md); read at the start. Default: none.</summary>
    public string? File { get; set; }

    /// <summary>Gets or sets how long a valued portfolio is answered from memory. Default: 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan ValueLifetime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long a portfolio's risk figures are answered from memory. Default: 300 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan RiskLifetime { get; set; } = TimeSpan.FromSeconds(300);
}

/// <summary>Checks the options when the process starts.</summary>
[OptionsValidator]
public sealed partial class PortfolioOptionsValidator : IValidateOptions<PortfolioOptions>;

/// <summary>Reads the file when the process starts, so that an error in it is found then and not by the first who asks.</summary>
internal sealed class PortfolioFileValidator(TimeProvider clock) : IValidateOptions<PortfolioOptions>
{
    public ValidateOptionsResult Validate(string? name, PortfolioOptions options)
    {
        try
        {
            if (options.File is { Length: > 0 } path)
            {
                PortfolioFile.Read(path, clock.GetUtcNow());
            }

            return ValidateOptionsResult.Success;
        }
        catch (PortfolioFileException exception)
        {
            return ValidateOptionsResult.Fail(exception.Message);
        }
    }
}
