# GPT-2, forward and back, for the engine's TorchScript: without its record of gradients, so that nothing is computed, copied or
# zeroed that the gradient of all weights does not need. What the way back needs is kept in a list.
# Shapes: N columns in all; M wanted ones, for which alone the last layer works after its attention; D width; h heads of d
# numbers; V tokens. Arguments of all methods:
# w:     12 tensors a layer (gain and bias of ln_1; weight [in, out] and bias of c_attn and c_proj; ln_2; c_fc and the mlp's
#        c_proj), then wte, wpe, gain and bias of ln_f, and where there is one the score head
# sizes: layers; heads; rows and columns of the first part; rows and columns of the second, 0 if there is none; 1 to keep
# reals: epsilon of the norms; by what attention scales its scores; the temperature
# parts: nothing where each column sees those before it in its row, else the mask of the first part; where there is a second,
#        its mask, and for each of its rows which one of the first it goes on from, whose keys and values it sees before its own
# text:  tokens [N], positions [N], wanted columns [M], and the tokens after these [M]
class Gpt2(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def head(self: __torch__.Gpt2, x: Tensor, which: int, begin: int, n: int, t: int, h: int) -> Tensor:
    # queries (0), keys (1) or values (2) of a part of [N, 3 D], as [n, h, t, d]
    width = torch.floordiv(x.size(1), 3)
    part = x.narrow(0, begin, n * t).narrow(1, which * width, width)
    return part.view([n, t, h, -1]).transpose(1, 2)
  def seen(self: __torch__.Gpt2, x: Tensor, which: int, sizes: List[int], parts: List[Tensor]) -> Tensor:
    # keys or values that the second part sees, [n, h, p + t, d]
    first = self.head(x, which, 0, sizes[2], sizes[3], sizes[1])
    own = self.head(x, which, sizes[2] * sizes[3], sizes[4], sizes[5], sizes[1])
    return torch.cat([first.index_select(0, parts[2]), own], 2)
  def gelu(self: __torch__.Gpt2, x: Tensor) -> Tensor:
    # in place x sigmoid(c (x + .044715 x^3)) with c = 2 sqrt(2 / pi); gives the derivative. Block by block, in the cache
    c = 1.5957691216057308
    slope = torch.empty_like(x)
    blocks = torch.split(x, 128)
    slopes = torch.split(slope, 128)
    for i in range(len(blocks)):
      u, s = blocks[i], slopes[i]
      square = torch.mul(u, u)
      gate = torch.rsub(square, c, -0.044715 * c).mul_(u).sigmoid_()
      u.mul_(gate)
      tilt = torch.rsub(square, c, -3. * 0.044715 * c).mul_(u)
      torch.add(gate, tilt, out=s)
      s.addcmul_(tilt, gate, value=-1.)
    return slope
  def forward(self: __torch__.Gpt2, w: List[Tensor], sizes: List[int], reals: List[float], parts: List[Tensor], text: List[Tensor]) -> List[Tensor]:
    layers = sizes[0]
    h = sizes[1]
    n = sizes[2]
    t = sizes[3]
    wte = w[12 * layers]
    D = wte.size(1)
    kept = annotate(List[Tensor], [])
    x = torch.index_select(wte, 0, text[0])
    x.add_(torch.index_select(w[12 * layers + 1], 0, text[1]))
    for i in range(layers):
      p = 12 * i
      a, mean1, root1 = torch.native_layer_norm(x, [D], w[p], w[p + 1], reals[0])
      qkv = self.linear(a, w[p + 2].t(), w[p + 3])
      causal = len(parts) == 0
      q = self.head(qkv, 0, 0, n, t, h)
      k = self.head(qkv, 1, 0, n, t, h)
      v = self.head(qkv, 2, 0, n, t, h)
      mask = annotate(Optional[Tensor], None)
      if len(parts) > 0:
        mask = parts[0]
      first, sums = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0., causal, attn_mask=mask, scale=reals[1])
      mixed = first.transpose(1, 2).reshape([n * t, D])
      more, more_sums = first, sums
      if sizes[4] > 0:
        q = self.head(qkv, 0, n * t, sizes[4], sizes[5], h)
        k = self.seen(qkv, 1, sizes, parts)
        v = self.seen(qkv, 2, sizes, parts)
        more, more_sums = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0., False, attn_mask=parts[1], scale=reals[1])
        mixed = torch.cat([mixed, more.transpose(1, 2).reshape([-1, D])])
      before = x
      if i == layers - 1:
        mixed = mixed.index_select(0, text[2])
        before = x.index_select(0, text[2])
      middle = self.linear(mixed, w[p + 4].t(), w[p + 5]).add_(before)
      b, mean2, root2 = torch.native_layer_norm(middle, [D], w[p + 6], w[p + 7], reals[0])
      up = self.linear(b, w[p + 8].t(), w[p + 9])
      slope = self.gelu(up)
      y = self.linear(up, w[p + 10].t(), w[p + 11]).add_(middle)
      if sizes[6] > 0:
        kept.extend([x, mean1, root1, a, qkv, first, sums, more, more_sums, mixed, middle, mean2, root2, b, up, slope])
      x = y
    last, mean, root = torch.native_layer_norm(x, [D], w[12 * layers + 2], w[12 * layers + 3], reals[0])
    kept.extend([x, mean, root, last])
    return kept
  def log_probs(self: __torch__.Gpt2, w: List[Tensor], sizes: List[int], reals: List[float], parts: List[Tensor], text: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
    # [M] of the tokens text[3], and what back needs
    kept = self.forward(w, sizes, reals, parts, text)
    logits = self.linear(kept[-1], w[12 * sizes[0]], None)
    if reals[2] != 1.:
      logits.div_(reals[2])
    all = torch.log_softmax(logits, 1)
    kept.append(all)
    return (torch.gather(all, 1, text[3].view([-1, 1])).view([-1]), kept)
  def scalars(self: __torch__.Gpt2, w: List[Tensor], sizes: List[int], reals: List[float], parts: List[Tensor], text: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
    # [M] of the score head, and what back needs
    kept = self.forward(w, sizes, reals, parts, text)
    return (torch.mv(kept[-1], w[12 * sizes[0] + 4].view([-1])), kept)
  def log_probs_back(self: __torch__.Gpt2, slopes: Tensor, kept: List[Tensor], w: List[Tensor], sizes: List[int], reals: List[float], parts: List[Tensor], text: List[Tensor]) -> List[Tensor]:
    # the gradients of w from slopes [M]; it uses up what was kept
    wte = w[12 * sizes[0]]
    of_logits = kept.pop().exp_().mul_(slopes.neg().view([-1, 1]))
    of_logits.scatter_add_(1, text[3].view([-1, 1]), slopes.view([-1, 1]))
    if reals[2] != 1.:
      of_logits.div_(reals[2])
    of_wte = torch.mm(of_logits.t(), kept[-1])
    of_last = self.linear(of_logits, wte.t(), None)
    return self.back(of_last, of_wte, kept, w, sizes, reals, parts, text)
  def scalars_back(self: __torch__.Gpt2, slopes: Tensor, kept: List[Tensor], w: List[Tensor], sizes: List[int], reals: List[float], parts: List[Tensor], text: List[Tensor]) -> List[Tensor]:
    score = w[12 * sizes[0] + 4]
    of_score = torch.mm(slopes.view([1, -1]), kept[-1])
    of_last = torch.mm(slopes.view([-1, 1]), score)
    grads = self.back(of_last, torch.zeros_like(w[12 * sizes[0]]), kept, w, sizes, reals, parts, text)
    grads.append(of_score)
    return grads
  def back(self: __torch__.Gpt2, of_last: Tensor, of_wte: Tensor, kept: List[Tensor], w: List[Tensor], sizes: List[int], reals: List[float], parts: List[Tensor], text: List[Tensor]) -> List[Tensor]:
    layers = sizes[0]
    h = sizes[1]
    n = sizes[2]
    t = sizes[3]
    D = w[12 * layers].size(1)
    N = text[0].size(0)
    all = [True, True, True]
    causal = len(parts) == 0
    grads = annotate(List[Tensor], [])
    for i in range(12 * layers + 4):
      grads.append(of_wte)
    x, mean, root = kept[-4], kept[-3], kept[-2]
    slope, of_gain, of_bias = torch.native_layer_norm_backward(of_last, x, [D], mean, root, w[12 * layers + 2], w[12 * layers + 3], all)
    torch._set_item(grads, 12 * layers + 2, of_gain)
    torch._set_item(grads, 12 * layers + 3, of_bias)
    for j in range(layers):
      i = layers - 1 - j
      p = 12 * i
      s = 16 * i
      x, mean1, root1, a, qkv = kept[s], kept[s + 1], kept[s + 2], kept[s + 3], kept[s + 4]
      first, sums, more, more_sums, mixed = kept[s + 5], kept[s + 6], kept[s + 7], kept[s + 8], kept[s + 9]
      middle, mean2, root2, b, act, of_act = kept[s + 10], kept[s + 11], kept[s + 12], kept[s + 13], kept[s + 14], kept[s + 15]
      torch._set_item(grads, p + 11, slope.sum([0]))
      torch._set_item(grads, p + 10, torch.mm(act.t(), slope))
      of_up = self.linear(slope, w[p + 10], None).mul_(of_act)
      torch._set_item(grads, p + 9, of_up.sum([0]))
      torch._set_item(grads, p + 8, torch.mm(b.t(), of_up))
      of_middle, of_gain, of_bias = torch.native_layer_norm_backward(self.linear(of_up, w[p + 8], None), middle, [D], mean2, root2, w[p + 6], w[p + 7], all)
      torch._set_item(grads, p + 6, of_gain)
      torch._set_item(grads, p + 7, of_bias)
      of_middle.add_(slope)
      torch._set_item(grads, p + 5, of_middle.sum([0]))
      torch._set_item(grads, p + 4, torch.mm(mixed.t(), of_middle))
      of_mixed = self.linear(of_middle, w[p + 4], None)
      if i == layers - 1:
        of_mixed = self.spread(of_mixed, N, text[2])
        of_middle = self.spread(of_middle, N, text[2])
      of_qkv = torch.empty_like(qkv)
      q = self.head(qkv, 0, 0, n, t, h)
      k = self.head(qkv, 1, 0, n, t, h)
      v = self.head(qkv, 2, 0, n, t, h)
      mask = annotate(Optional[Tensor], None)
      if len(parts) > 0:
        mask = parts[0]
      grad = of_mixed.narrow(0, 0, n * t).view([n, t, h, -1]).transpose(1, 2)
      of_q, of_k, of_v = torch._scaled_dot_product_flash_attention_for_cpu_backward(grad, q, k, v, first, sums, 0., causal, attn_mask=mask, scale=reals[1])
      if sizes[4] > 0:
        q = self.head(qkv, 0, n * t, sizes[4], sizes[5], h)
        k = self.seen(qkv, 1, sizes, parts)
        v = self.seen(qkv, 2, sizes, parts)
        grad = of_mixed.narrow(0, n * t, sizes[4] * sizes[5]).view([sizes[4], sizes[5], h, -1]).transpose(1, 2)
        more_q, more_k, more_v = torch._scaled_dot_product_flash_attention_for_cpu_backward(grad, q, k, v, more, more_sums, 0., False, attn_mask=parts[1], scale=reals[1])
        self.head(of_qkv, 0, n * t, sizes[4], sizes[5], h).copy_(more_q)
        self.head(of_qkv, 1, n * t, sizes[4], sizes[5], h).copy_(more_k.narrow(2, t, sizes[5]))
        self.head(of_qkv, 2, n * t, sizes[4], sizes[5], h).copy_(more_v.narrow(2, t, sizes[5]))
        of_k.index_add_(0, parts[2], more_k.narrow(2, 0, t))
        of_v.index_add_(0, parts[2], more_v.narrow(2, 0, t))
      self.head(of_qkv, 0, 0, n, t, h).copy_(of_q)
      self.head(of_qkv, 1, 0, n, t, h).copy_(of_k)
      self.head(of_qkv, 2, 0, n, t, h).copy_(of_v)
      torch._set_item(grads, p + 3, of_qkv.sum([0]))
      torch._set_item(grads, p + 2, torch.mm(a.t(), of_qkv))
      slope, of_gain, of_bias = torch.native_layer_norm_backward(self.linear(of_qkv, w[p + 2], None), x, [D], mean1, root1, w[p], w[p + 1], all)
      torch._set_item(grads, p, of_gain)
      torch._set_item(grads, p + 1, of_bias)
      slope.add_(of_middle)
    of_wte.add_(torch.embedding_dense_backward(slope, text[0], of_wte.size(0), -1, False))
    torch._set_item(grads, 12 * layers + 1, torch.embedding_dense_backward(slope, text[1], w[12 * layers + 1].size(0), -1, False))
    return grads
  def spread(self: __torch__.Gpt2, x: Tensor, n: int, columns: Tensor) -> Tensor:
    # [n, D] with the rows of x at their columns, several at one added up
    return torch.embedding_dense_backward(x, columns, n, -1, False)
  def linear(self: __torch__.Gpt2, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
    # x w' + b, with w [out, in]. The faster product is prepared once a shape (the engine keeps the last 1024, some 200 kB each):
    # for fewer rows that costs what it saves.
    if x.size(0) < 1024:
      return torch.linear(x, w, b)
    return ops.mkldnn._linear_pointwise(x, w, b, "none", annotate(List[Optional[number]], []), "")
