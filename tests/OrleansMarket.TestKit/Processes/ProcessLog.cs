using System.Diagnostics;
using System.Text;

namespace OrleansMarket.TestKit.Processes;

/// <summary>What a process says on both its outputs, line by line; one that is started again adds to it.</summary>
/// <param name="copy">Hears each line as well, one at a time.</param>
public sealed class ProcessLog(Action<string>? copy = null)
{
    private readonly StringBuilder _text = new();

    /// <summary>Gets what was said so far.</summary>
    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    /// <summary>Starts a program and listens to it.</summary>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public Process Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"expected {start.FileName} to start");
        process.OutputDataReceived += Remember;
        process.ErrorDataReceived += Remember;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Remember(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            return; // the end of an output
        }

        lock (_text)
        {
            _text.AppendLine(line.Data);
            copy?.Invoke(line.Data);
        }
    }
}
